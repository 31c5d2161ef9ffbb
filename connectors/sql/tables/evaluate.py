"""Tables that the evaluator counts and bets in."""

from sqlalchemy import Column, Index, Integer, Text, text
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


def _of_some(name: str, column: str) -> Index:
    """An index of the few rows of a model that have a value."""
    there = text(f"{column} IS NOT NULL")
    return Index(name, "model_id", column, sqlite_where=there, postgresql_where=there)


class CellDueRow(Table, table=True):
    """When a cell must be judged again though nothing comes to it; its model's id beside it.

    From `watch_at` outcomes of its model on it may be rare enough to be watched. `told_us` is since when a cell was
    blind of which people were told.
    """

    __tablename__ = "cell_due"
    __table_args__ = (
        Index("ix_cell_due", "due_us"),
        _of_some("ix_cell_due_watch", "watch_at"),
        _of_some("ix_cell_due_told", "told_us"),
    )

    cell_id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    model_id: int
    due_us: int = Field(sa_column=big())
    watch_at: int | None = Field(default=None, sa_column=big(nullable=True))
    told_us: int | None = Field(default=None, sa_column=big(nullable=True))


class RestedOnRow(Table, table=True):
    """What the last evaluation rested on (`RestedOn`): one row, or none where the next must judge every cell."""

    __tablename__ = "rested_on"

    id: int = Field(primary_key=True)
    known: str = Field(sa_type=Text)


class PurseRow(Table, table=True):
    """The false pages that releases may take from: how much was left in the purse, and when. One row."""

    __tablename__ = "purse"

    id: int = Field(primary_key=True)
    amount: float
    as_of_us: int = Field(sa_column=big())
