"""Every table. Times are whole microseconds since 1970 in UTC (`_us`), the same on SQLite and PostgreSQL.

Tables are grouped by who writes them: ingest, anchoring, the evaluator, and whoever talks to people.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, SmallInteger, Text
from sqlmodel import Field, SQLModel

SQLModel.metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Table(SQLModel):
    """The base of every table, so that one metadata with our naming rules holds them all."""

    metadata = SQLModel.metadata


# SQLite stores any integer in eight bytes; called INTEGER, a primary key of it needs no index of its own.
_BIG = BigInteger().with_variant(Integer, "sqlite")


def _big(*, primary_key: bool = False, nullable: bool = False) -> Column[int]:
    return Column(_BIG, primary_key=primary_key, nullable=nullable, autoincrement=False)


# Ids compare byte by byte: by a language's rules PostgreSQL takes longer to find their place.
_ID = Text().with_variant(Text(collation="C"), "postgresql")


# --- written by ingest -------------------------------------------------------------------------------


class ModelRow(Table, table=True):
    """A released model that traffic or an anchor named. `id` keeps the wide tables narrow."""

    __tablename__ = "model"
    __table_args__ = (Index("uq_model", "name", "version", "environment", unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    name: str
    version: str
    environment: str
    outcomes: int = Field(default=0, sa_column=Column(_BIG, nullable=False, server_default="0"))
    first_prediction_us: int | None = Field(default=None, sa_column=_big(nullable=True))
    first_label_us: int | None = Field(default=None, sa_column=_big(nullable=True))
    last_label_us: int | None = Field(default=None, sa_column=_big(nullable=True))
    labelling: str = Field(default="{}", sa_column=Column(Text, nullable=False, server_default="{}"))
    delays: str = Field(default="{}", sa_column=Column(Text, nullable=False, server_default="{}"))


class PredictionRow(Table, table=True):
    """One row per prediction id: both halves meet here. A label that came first leaves the rest empty."""

    __tablename__ = "prediction"
    __table_args__ = {"sqlite_with_rowid": False}

    prediction_id: str = Field(primary_key=True, sa_type=_ID)
    model_id: int | None = None
    ts_us: int | None = Field(default=None, sa_column=_big(nullable=True))
    intent: str | None = None
    score: float | None = None
    slices: str | None = Field(default=None, sa_type=Text)
    digest: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))


class LabelRow(Table, table=True):
    """One row per label id, as it stands at its highest revision."""

    __tablename__ = "label"

    label_id: str = Field(primary_key=True, sa_type=_ID)
    prediction_id: str = Field(index=True, sa_type=_ID)
    intent: str
    labeled_at_us: int = Field(sa_column=_big())
    revision: int
    retracted: bool
    kind: str
    design: str
    probability: float | None = None


class OutcomeRow(Table, table=True):
    """A prediction joined with the label that holds. `seq` is the order of completion and never changes.

    `intent` is empty while every label is taken back. It repeats what it needs of the prediction, so that
    it stays whole when retention drops that.
    """

    __tablename__ = "outcome"
    # With what was predicted in it, a cell is counted and replayed without a look at the rows themselves.
    __table_args__ = (Index("ix_outcome_cell", "model_id", "intent", "seq", "predicted"),)

    seq: int = Field(sa_column=_big(primary_key=True))
    prediction_id: str = Field(unique=True, sa_type=_ID)
    model_id: int
    ts_us: int = Field(sa_column=_big())
    predicted: str
    intent: str | None = None
    label_id: str = Field(sa_type=_ID)
    labeled_at_us: int = Field(sa_column=_big())
    kind: str
    design: str
    probability: float | None = None
    slices: str | None = Field(default=None, sa_type=Text)
    digest: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class RevisionRow(Table, table=True):
    """What a correction or a retraction did to an outcome that was already complete: the audit trail."""

    __tablename__ = "revision"

    id: int = Field(sa_column=_big(primary_key=True))
    seq: int = Field(sa_column=_big())
    model_id: int
    was: str = Field(sa_type=Text)
    now: str = Field(sa_type=Text)
    because: str = Field(sa_type=Text)


class SubjectRow(Table, table=True):
    """Whom a prediction is about: the keyed hash of the person's id, for erasure."""

    __tablename__ = "subject"

    prediction_id: str = Field(primary_key=True, sa_type=_ID)
    subject: str = Field(index=True)


class DescriptionRow(Table, table=True):
    """What a prediction's text looks like, in numbers; the text itself only where the configuration keeps it."""

    __tablename__ = "description"

    prediction_id: str = Field(primary_key=True, sa_type=_ID)
    descriptors: str = Field(sa_type=Text)
    own_words: str = Field(sa_type=Text)
    vocabulary: str
    text: str | None = Field(default=None, sa_type=Text)


class VocabularyRow(Table, table=True):
    """Some intents whose own words were looked for in texts; `id` is a hash of them."""

    __tablename__ = "vocabulary"

    id: str = Field(primary_key=True)
    intents: str = Field(sa_type=Text)


class ErasedRow(Table, table=True):
    """The hash of an erased prediction's id, so that it is not taken in again."""

    __tablename__ = "erased"

    fingerprint: str = Field(primary_key=True)
    at_us: int = Field(sa_column=_big())


class ErasedSubjectRow(Table, table=True):
    """The hash of an erased person's id: what is from before then is not taken in again."""

    __tablename__ = "erased_subject"

    subject: str = Field(primary_key=True)
    at_us: int = Field(sa_column=_big())


class TrafficRow(Table, table=True):
    """Predictions, and how many of them have an outcome, by hour of the prediction and predicted intent."""

    __tablename__ = "traffic"

    model_id: int = Field(primary_key=True)
    hour: int = Field(primary_key=True)
    predicted: str = Field(primary_key=True)
    predictions: int = Field(sa_column=_big())
    labelled: int = Field(sa_column=_big())


class PositionRow(Table, table=True):
    """How far a partition has been saved, fenced by an epoch (DESIGN.md section 6)."""

    __tablename__ = "position"

    cluster_id: str = Field(primary_key=True)
    group_id: str = Field(primary_key=True)
    topic: str = Field(primary_key=True)
    partition: int = Field(primary_key=True)
    next_offset: int | None = Field(default=None, sa_column=_big(nullable=True))
    epoch: int = Field(sa_column=_big())
    rejected_in_a_row: int = 0
    incarnation: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))


class CounterRow(Table, table=True):
    """A number that only rises. Writers take its row lock last, so what they number shows up in order."""

    __tablename__ = "counter"

    name: str = Field(primary_key=True)
    value: int = Field(sa_column=_big())


class EventCountRow(Table, table=True):
    """How many events of a topic ended how: stored, repeated, or rejected with which code."""

    __tablename__ = "event_count"

    topic: str = Field(primary_key=True)
    became: str = Field(primary_key=True)
    count: int = Field(sa_column=_big())


class DeadLetterRow(Table, table=True):
    """A rejected record: why, where, and its hash; the bytes are in the dead-letter topic."""

    __tablename__ = "dead_letter"

    cluster_id: str = Field(primary_key=True)
    topic: str = Field(primary_key=True)
    partition: int = Field(primary_key=True)
    offset: int = Field(sa_column=_big(primary_key=True))
    code: str
    detail: str = Field(sa_type=Text)
    headers: str = Field(sa_type=Text)
    sha256: str
    failed_at_us: int = Field(sa_column=_big())


# --- written by anchoring ----------------------------------------------------------------------------


class AnchorRow(Table, table=True):
    """An imported anchor: whose it is and where its numbers came from. Never changed."""

    __tablename__ = "anchor"

    id: str = Field(primary_key=True)
    model_id: int = Field(index=True)
    source: str
    sha256: str
    importer: str
    imported_at_us: int = Field(sa_column=_big())
    examples: int = 0
    examples_sha256: str | None = None


class PromiseRow(Table, table=True):
    """What an anchor measured for one intent, or for one intent within a slice."""

    __tablename__ = "promise"

    anchor_id: str = Field(primary_key=True)
    intent: str = Field(primary_key=True)
    slice: str = Field(default="", primary_key=True)
    shipped_recall: float
    shipped_support: int
    real_recall: float | None = None
    real_support: int | None = None
    misses_to: str = Field(sa_type=Text)
    grade: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    grade_reasons: str = Field(default="[]", sa_column=Column(Text, nullable=False, server_default="[]"))
    grade_evidence: str | None = Field(default=None, sa_type=Text)


class ExampleRow(Table, table=True):
    """One evaluated example of an anchor. Text is kept only where the configuration asks for it."""

    __tablename__ = "example"

    anchor_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    y_true: str
    y_pred: str
    origin: str
    slices: str = Field(sa_type=Text)
    descriptors: str | None = Field(default=None, sa_type=Text)
    text: str | None = Field(default=None, sa_type=Text)


class ActivationRow(Table, table=True):
    """Since when a model is held to which anchor. The latest row of a model counts."""

    __tablename__ = "activation"

    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(index=True)
    anchor_id: str
    at_us: int = Field(sa_column=_big())


# --- written by the evaluator ------------------------------------------------------------------------


class CellRow(Table, table=True):
    """What is known of one cell: its tally, its bet, and the verdict of the last evaluation."""

    __tablename__ = "cell"
    __table_args__ = (Index("uq_cell", "model_id", "intent", "slice", unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    model_id: int
    intent: str
    slice: str = ""
    tally: str = Field(sa_type=Text)
    watched: str = ""
    anchor_id: str | None = None
    floor: float | None = None
    threshold: float | None = None
    outcomes_per_year: float | None = None
    rate_from: str = ""
    detector: str | None = Field(default=None, sa_type=Text)
    onset_us: int | None = Field(default=None, sa_column=_big(nullable=True))
    verdict: str = ""
    reasons: str = Field(default="[]", sa_type=Text)
    min_probability: float = 0.01
    weighted: bool = False
    maturity_s: float | None = None
    identified: bool = True
    rhythm: str = Field(default="{}", sa_type=Text)
    blind_since_us: int | None = Field(default=None, sa_column=_big(nullable=True))
    told: str = ""
    silent_since_us: int | None = Field(default=None, sa_column=_big(nullable=True))
    silence_told: bool = False
    replay: bool = False


class CheckpointRow(Table, table=True):
    """A cell's bet as it stood after an outcome, so that a correction need not start from the beginning."""

    __tablename__ = "checkpoint"

    cell_id: int = Field(primary_key=True)
    seq: int = Field(sa_column=_big(primary_key=True))
    detector: str = Field(sa_type=Text)


class BudgetPlanRow(Table, table=True):
    """A plan of the false-page budget: when, why, and every cell's threshold."""

    __tablename__ = "budget_plan"

    id: int | None = Field(default=None, primary_key=True)
    at_us: int = Field(sa_column=_big())
    because: str
    plan: str = Field(sa_type=Text)


class IncidentRow(Table, table=True):
    """An incident of a model in an environment; the cells that broke are its members."""

    __tablename__ = "incident"

    id: int | None = Field(default=None, primary_key=True)
    dedup_key: str = Field(unique=True)
    model_name: str
    environment: str
    state: str = Field(index=True)
    opened_at_us: int = Field(sa_column=_big())
    closed_at_us: int | None = Field(default=None, sa_column=_big(nullable=True))
    times_opened: int = 1


class MemberRow(Table, table=True):
    """A cell that broke, and its facts when somebody was last told."""

    __tablename__ = "member"

    incident_id: int = Field(primary_key=True)
    model_version: str = Field(primary_key=True)
    intent: str = Field(primary_key=True)
    slice: str = Field(default="", primary_key=True)
    joined_at_us: int = Field(sa_column=_big())
    told_us: int | None = Field(default=None, sa_column=_big(nullable=True))
    recovered_at_us: int | None = Field(default=None, sa_column=_big(nullable=True))
    facts: str = Field(sa_type=Text)


class IncidentEventRow(Table, table=True):
    """One line of an incident's history: when, who, what and why.

    `why` are a person's words, or Anchorwatch's own of before `happening` held them as a value.
    """

    __tablename__ = "incident_event"

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(index=True)
    at_us: int = Field(sa_column=_big())
    who: str
    what: str
    why: str = Field(sa_type=Text)
    happening: str | None = Field(default=None, sa_type=Text)


class AnalysisRow(Table, table=True):
    """What explained an incident when it was opened last, as JSON: later labels don't change it."""

    __tablename__ = "analysis"

    incident_id: int = Field(primary_key=True)
    openings: int
    document: str = Field(sa_type=Text)


class SilenceRow(Table, table=True):
    """Cells that somebody wants to hear nothing of for a while."""

    __tablename__ = "silence"

    id: int | None = Field(default=None, primary_key=True)
    matchers: str = Field(sa_type=Text)
    author: str
    reason: str = Field(sa_type=Text)
    begins_us: int = Field(sa_column=_big())
    ends_us: int = Field(sa_column=_big())


class NotificationRow(Table, table=True):
    """A message to one sink, written with the change it tells of and sent afterwards (an outbox)."""

    __tablename__ = "notification"
    __table_args__ = (Index("ix_notification_due", "state", "next_attempt_us"),)

    number: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    incident_id: int = Field(index=True)
    sink: str
    kind: str
    notice: str = Field(sa_type=Text)
    state: str = "pending"
    attempts: int = Field(default=0, sa_column=Column(SmallInteger, nullable=False))
    created_us: int = Field(sa_column=_big())
    next_attempt_us: int = Field(sa_column=_big())
    sent_us: int | None = Field(default=None, sa_column=_big(nullable=True))
    last_error: str = Field(default="", sa_type=Text)
