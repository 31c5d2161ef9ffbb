"""Tables that the evaluator counts and bets in."""

from sqlalchemy import Index, Text
from sqlmodel import Field

from connectors.sql.evaluate.rows import CELL_COLUMNS
from connectors.sql.tables.base import Table, add_state, big


class CellRow(Table, table=True):
    """What is known of one cell (`CellState`): each field of its parts is a column."""

    __tablename__ = "cell"
    __table_args__ = (Index("uq_cell", "model_id", "intent", "slice", unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    model_id: int
    intent: str
    slice: str = ""


add_state("cell", CELL_COLUMNS)


class CheckpointRow(Table, table=True):
    """A cell's bet as it stood after an outcome, so that a correction need not start from the beginning."""

    __tablename__ = "checkpoint"

    cell_id: int = Field(primary_key=True)
    seq: int = Field(sa_column=big(primary_key=True))
    detector: str = Field(sa_type=Text)


class PurseRow(Table, table=True):
    """The false pages that releases may take from: how much was left in the purse, and when. One row."""

    __tablename__ = "purse"

    id: int = Field(primary_key=True)
    amount: float
    as_of_us: int = Field(sa_column=big())
