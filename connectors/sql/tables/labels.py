"""Tables of what is drawn for labelling."""

from sqlalchemy import Text
from sqlmodel import Field

from connectors.sql.tables.base import ID, Table, big


class DrawCandidateRow(Table, table=True):
    """A prediction that waits for the next draw. `scores` are those of watched intents, as JSON; gone with the draw.

    Written only where the configuration has draws.
    """

    __tablename__ = "draw_candidate"

    prediction_id: str = Field(primary_key=True, sa_type=ID)
    model_id: int = Field(primary_key=True)
    scores: str | None = Field(default=None, sa_type=Text)


class DrawingRow(Table, table=True):
    """One draw: who had a chance (what arrived until then), how many, how many were asked for, and what came of it.

    `written_us` is when its tickets had been written into a file; empty where that is still owed.
    """

    __tablename__ = "drawing"

    number: int = Field(primary_key=True)
    at_us: int = Field(sa_column=big())
    until_us: int = Field(sa_column=big())
    seed: str
    asked: float
    expected: float
    candidates: int = Field(sa_column=big())
    drawn: int
    written_us: int | None = Field(default=None, sa_column=big(nullable=True))


class DrawRow(Table, table=True):
    """A prediction that was drawn for labelling, with its chance, in which draw, and at which `place` of its file.

    `predicted`, `score` and `ts_us` repeat the prediction's, so that drawn and labelled are compared without it.
    """

    __tablename__ = "draw"

    prediction_id: str = Field(primary_key=True, sa_type=ID)
    model_id: int = Field(primary_key=True)
    number: int = Field(index=True)
    place: int
    design: str
    probability: float
    predicted: str
    score: float | None = None
    ts_us: int = Field(sa_column=big())
