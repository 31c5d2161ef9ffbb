"""What is kept: where, for how long, how much of it, and what of people."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr

from monitor.settings.section import CENTURY_DAYS, Section


class Database(Section):
    """Where events, outcomes and positions are kept: SQLite, or PostgreSQL when agents share the work."""

    url: SecretStr = SecretStr("sqlite:///anchorwatch.db")


class Retention(Section):
    """How long predictions without an outcome are kept, and notices and silences that are over.

    Outcomes and tallies stay, and so do incidents. Where there is an `archive` (`file:FOLDER` or
    `s3://BUCKET/FOLDER`), predictions and labels are written there first, and dropped once they are in it.
    """

    predictions_days: int = Field(90, gt=0, le=CENTURY_DAYS)
    archive: str | None = None
    notices_days: int = Field(400, gt=0, le=CENTURY_DAYS)


class Privacy(Section):
    """What is kept of people: the key under which their ids are stored so that they can be erased, and their words.

    Without a key no id is stored. `customer` says whose ticket one is: the event's `subject`, or the slice of that
    name. A ticket's text is described in numbers and dropped, unless `keep_text`. Who gave a label is kept as a keyed
    hash, too, or as it was sent where `annotators` is plain.
    """

    keep_text: bool = False
    subject_key: SecretStr | None = None
    subject_key_file: Path | None = None
    customer: str = Field("subject", min_length=1, max_length=255)
    annotators: Literal["hashed", "plain"] = "hashed"


class Limits(Section):
    """What one producer may at most fill the database with."""

    message_bytes: int = Field(1_000_000, gt=0, lt=64 * 1024**2)
    intents: int = Field(1_000, gt=0)
    models: int = Field(1_000, gt=0)
    future_hours: float = Field(24.0, gt=0, le=24 * CENTURY_DAYS)
