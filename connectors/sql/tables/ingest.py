"""Tables that ingest writes."""

from sqlalchemy import Column, Index, Integer, LargeBinary, Text, text
from sqlmodel import Field

from connectors.sql.evaluate.rows import MODEL_COLUMNS
from connectors.sql.tables.base import BIG, ID, Table, add_state, big


class ModelRow(Table, table=True):
    """A released model that traffic or an anchor named, and what the evaluator knows of it (`ModelState`).

    `id` keeps the wide tables narrow.
    """

    __tablename__ = "model"
    __table_args__ = (Index("uq_model", "name", "version", "environment", unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    name: str
    version: str
    environment: str


add_state("model", MODEL_COLUMNS, begins_empty=True)


class PredictedNameRow(Table, table=True):
    """A name that a model predicts and that is counted apart; or (`the_rest`) under which all others count."""

    __tablename__ = "predicted_name"

    model_id: int = Field(primary_key=True)
    name: str = Field(primary_key=True)
    the_rest: bool = False


def _index_of_few(name: str, where: str) -> Index:
    """An index of the rows that are seldom, where people ask for those alone: the others cost it nothing."""
    return Index(name, "prediction_id", sqlite_where=text(where), postgresql_where=text(where))


class PredictionRow(Table, table=True):
    """A row of ordinal 0 per prediction id: both halves meet here. A label that came first leaves the rest empty.

    Where several models answered one request, the further predictions have rows of their own, with ordinals
    from 1. `received_us` is when it arrived, by our clock; empty where it came before that was kept. `customer` is 63
    bits of the keyed hash of whose ticket it is. `answers` are all intents as JSON where several were predicted.
    """

    __tablename__ = "prediction"
    __table_args__ = (
        _index_of_few("ix_prediction_waiting", "model_id IS NULL"),
        {"sqlite_with_rowid": False},
    )

    prediction_id: str = Field(primary_key=True, sa_type=ID)
    ordinal: int = Field(default=0, primary_key=True, sa_column_kwargs={"server_default": "0"})
    model_id: int | None = None
    ts_us: int | None = Field(default=None, sa_column=big(nullable=True))
    intent: str | None = None
    score: float | None = None
    slices: str | None = Field(default=None, sa_type=Text)
    digest: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    received_us: int | None = Field(default=None, sa_column=big(nullable=True))
    customer: int | None = Field(default=None, sa_column=big(nullable=True))
    answers: str | None = Field(default=None, sa_type=Text)


class LabelRow(Table, table=True):
    """One row per label id, as it stands at its highest revision; of the `scope` what it names of its models.

    `received_us` is when that revision arrived, by our clock; empty where it came before that was kept. `annotator` is
    who gave it: a keyed hash, or as sent where `privacy.annotators` is plain.
    """

    __tablename__ = "label"
    __table_args__ = tuple(
        _index_of_few(f"ix_label_{kind}", f"kind = '{kind}'") for kind in ("weak", "complaint", "correction")
    )

    label_id: str = Field(primary_key=True, sa_type=ID)
    prediction_id: str = Field(index=True, sa_type=ID)
    intent: str
    labeled_at_us: int = Field(sa_column=big())
    revision: int
    retracted: bool
    kind: str
    design: str
    probability: float | None = None
    scope_name: str | None = None
    scope_version: str | None = None
    scope_environment: str | None = None
    received_us: int | None = Field(default=None, sa_column=big(nullable=True))
    annotator: str | None = None


class OutcomeRow(Table, table=True):
    """A prediction joined with the label that holds. `seq` is the order of completion and never changes.

    `intent` is empty while every label is taken back. It repeats what it needs of the prediction, so that
    it stays whole when retention drops that. Where two people read the ticket, `first_intent` is what the first
    said, and `agreed` whether two of them, or an adjudicator, say what it says. Where several intents were predicted,
    `answers` are all of them as JSON, and `predicted` is the one that counts (`counted_answer`).
    """

    __tablename__ = "outcome"
    # With what was predicted in it, a cell is counted and replayed without a look at the rows themselves.
    __table_args__ = (
        Index("ix_outcome_cell", "model_id", "intent", "seq", "predicted", "ts_us", "labeled_at_us"),
        Index("uq_outcome_prediction", "prediction_id", "model_id", unique=True),
        Index(
            "ix_outcome_read_again",
            *("model_id", "first_intent", "predicted", "intent", "agreed"),
            sqlite_where=text("first_intent IS NOT NULL"),
            postgresql_where=text("first_intent IS NOT NULL"),
        ),
    )

    seq: int = Field(sa_column=big(primary_key=True))
    prediction_id: str = Field(sa_type=ID)
    model_id: int
    ts_us: int = Field(sa_column=big())
    predicted: str
    intent: str | None = None
    label_id: str = Field(sa_type=ID)
    labeled_at_us: int = Field(sa_column=big())
    kind: str
    design: str
    probability: float | None = None
    slices: str | None = Field(default=None, sa_type=Text)
    digest: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    customer: int | None = Field(default=None, sa_column=big(nullable=True))
    first_intent: str | None = None
    agreed: bool | None = None
    answers: str | None = Field(default=None, sa_type=Text)


class RevisionRow(Table, table=True):
    """What a correction or a retraction did to an outcome that was already complete: the audit trail.

    `because` is a `RevisionCause` as JSON; the first release wrote a sentence. Nothing reads it but people.
    """

    __tablename__ = "revision"

    id: int = Field(sa_column=big(primary_key=True))
    seq: int = Field(sa_column=big())
    model_id: int
    was: str = Field(sa_type=Text)
    now: str = Field(sa_type=Text)
    because: str = Field(sa_type=Text)


class SubjectRow(Table, table=True):
    """Whom the predictions of an id are about: the keyed hash of the person's id, for erasure."""

    __tablename__ = "subject"

    prediction_id: str = Field(primary_key=True, sa_type=ID)
    subject: str = Field(primary_key=True, index=True)


class DescriptionRow(Table, table=True):
    """What a prediction's text looks like, in numbers; the text itself only where the configuration keeps it."""

    __tablename__ = "description"

    prediction_id: str = Field(primary_key=True, sa_type=ID)
    model_id: int = Field(primary_key=True)
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
    at_us: int = Field(sa_column=big())


class ErasedSubjectRow(Table, table=True):
    """The hash of an erased person's id: what is from before then is not taken in again."""

    __tablename__ = "erased_subject"

    subject: str = Field(primary_key=True)
    at_us: int = Field(sa_column=big())


class TrafficRow(Table, table=True):
    """Predictions, and how many of them have an outcome, by hour of the prediction and predicted intent."""

    __tablename__ = "traffic"

    model_id: int = Field(primary_key=True)
    hour: int = Field(primary_key=True)
    predicted: str = Field(primary_key=True)
    predictions: int = Field(sa_column=big())
    labelled: int = Field(sa_column=big())


class PositionRow(Table, table=True):
    """How far a partition has been saved, fenced by an epoch (docs/decisions/0003-epoch-fence.md)."""

    __tablename__ = "position"

    cluster_id: str = Field(primary_key=True)
    group_id: str = Field(primary_key=True)
    topic: str = Field(primary_key=True)
    partition: int = Field(primary_key=True)
    next_offset: int | None = Field(default=None, sa_column=big(nullable=True))
    epoch: int = Field(sa_column=big())
    rejected_in_a_row: int = 0
    incarnation: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    furthest: int = Field(default=0, sa_column=Column(BIG, nullable=False, server_default="0"))


class CounterRow(Table, table=True):
    """A number that the agents share: counts that only rise, and times.

    Writers take its row lock last, so what they number shows up in order.
    """

    __tablename__ = "counter"

    name: str = Field(primary_key=True)
    value: int = Field(sa_column=big())


class EventCountRow(Table, table=True):
    """How many events of a topic ended how: stored, repeated, or rejected with which code."""

    __tablename__ = "event_count"

    topic: str = Field(primary_key=True)
    became: str = Field(primary_key=True)
    count: int = Field(sa_column=big())


class EventHourRow(Table, table=True):
    """How many events carry a time within an hour (since 1970, UTC), and the latest of these times."""

    __tablename__ = "event_hour"

    hour: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    events: int = Field(sa_column=big())
    latest_us: int = Field(sa_column=big())


class DeadLetterRow(Table, table=True):
    """A rejected record: why, where, and its hash; the bytes are in the dead-letter topic."""

    __tablename__ = "dead_letter"

    cluster_id: str = Field(primary_key=True)
    topic: str = Field(primary_key=True)
    partition: int = Field(primary_key=True)
    offset: int = Field(sa_column=big(primary_key=True))
    code: str
    detail: str = Field(sa_type=Text)
    headers: str = Field(sa_type=Text)
    sha256: str
    failed_at_us: int = Field(sa_column=big())
