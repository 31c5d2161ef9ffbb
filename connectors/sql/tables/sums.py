"""Sums that are kept as what they add up is written, because pages ask for them again and again."""

from sqlalchemy import Column, Integer
from sqlmodel import Field

from connectors.sql.tables.base import Table, big


class ModelTrafficRow(Table, table=True):
    """All of a model's `traffic` added up, and on how much of it the model gave no answer."""

    __tablename__ = "model_traffic"

    model_id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    predictions: int = Field(sa_column=big())
    abstained: int = Field(sa_column=big())


class WeekCountRow(Table, table=True):
    """The outcomes of one intent by the week of their predictions (`connectors/sql/week_counts.py`)."""

    __tablename__ = "week_count"

    model_id: int = Field(primary_key=True)
    week: int = Field(primary_key=True)
    intent: str = Field(primary_key=True)
    probability: float = Field(primary_key=True)
    support: int = Field(sa_column=big())
    hits: int = Field(sa_column=big())
    unanswered: int = Field(sa_column=big())
