"""Tables of what people are told: incidents, silences and notifications."""

from sqlalchemy import Column, Index, SmallInteger, Text
from sqlmodel import Field

from connectors.sql.tables.base import ID, Table, big


class IncidentRow(Table, table=True):
    """An incident of a model in an environment; the cells that broke are its members."""

    __tablename__ = "incident"

    id: int | None = Field(default=None, primary_key=True)
    dedup_key: str = Field(unique=True)
    model_name: str
    environment: str
    state: str = Field(index=True)
    opened_at_us: int = Field(sa_column=big())
    closed_at_us: int | None = Field(default=None, sa_column=big(nullable=True))
    times_opened: int = 1


class MemberRow(Table, table=True):
    """A cell that broke, and its facts when somebody was last told."""

    __tablename__ = "member"

    incident_id: int = Field(primary_key=True)
    model_version: str = Field(primary_key=True)
    intent: str = Field(primary_key=True)
    slice: str = Field(default="", primary_key=True)
    joined_at_us: int = Field(sa_column=big())
    told_us: int | None = Field(default=None, sa_column=big(nullable=True))
    recovered_at_us: int | None = Field(default=None, sa_column=big(nullable=True))
    facts: str = Field(sa_type=Text)


class IncidentEventRow(Table, table=True):
    """One line of an incident's history: when, who, what and why.

    `why` are a person's words, or Anchorwatch's own of before `happening` held them as a value.
    """

    __tablename__ = "incident_event"

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(index=True)
    at_us: int = Field(sa_column=big())
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
    begins_us: int = Field(sa_column=big())
    ends_us: int = Field(sa_column=big())


class SilenceElsewhereRow(Table, table=True):
    """A silence that a sink has, as it was last read there; its matchers as JSON, in that system's own words."""

    __tablename__ = "silence_elsewhere"

    sink: str = Field(primary_key=True, sa_type=ID)
    id: str = Field(primary_key=True, sa_type=ID)
    matchers: str = Field(sa_type=Text)
    author: str
    reason: str = Field(sa_type=Text)
    begins_us: int = Field(sa_column=big())
    ends_us: int = Field(sa_column=big())
    read_us: int = Field(sa_column=big())


class NotificationRow(Table, table=True):
    """A message to one sink, written with the change it tells of and sent afterwards (an outbox).

    What is about no incident has 0 for it; `dedup_key` is the notice's. `failed_us` is when the sink did not take it.
    """

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
    created_us: int = Field(sa_column=big())
    next_attempt_us: int = Field(sa_column=big())
    sent_us: int | None = Field(default=None, sa_column=big(nullable=True))
    last_error: str = Field(default="", sa_type=Text)
    dedup_key: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    failed_us: int | None = Field(default=None, sa_column=big(nullable=True))


class AlertRow(Table, table=True):
    """The labels under which a sink was sent an alert: it is known by them until it has ended.

    `alert` is what it is about within the notices of one `dedup_key`, `since_us` when that began.
    """

    __tablename__ = "alert"

    sink: str = Field(primary_key=True)
    dedup_key: str = Field(primary_key=True)
    alert: str = Field(primary_key=True)
    since_us: int = Field(sa_column=big(primary_key=True))
    labels: str = Field(sa_type=Text)
    ended_us: int | None = Field(default=None, sa_column=big(nullable=True))


class IncidentElsewhereRow(Table, table=True):
    """What another system calls an incident of ours."""

    __tablename__ = "incident_elsewhere"

    system: str = Field(primary_key=True, sa_type=ID)
    name: str = Field(primary_key=True, sa_type=ID)
    incident_id: int
