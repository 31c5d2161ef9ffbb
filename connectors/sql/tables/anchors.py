"""Tables that anchoring writes."""

from sqlalchemy import Column, Text
from sqlmodel import Field

from connectors.sql.tables.base import Table, big


class AnchorRow(Table, table=True):
    """An imported anchor: whose it is and where its numbers came from. Never changed."""

    __tablename__ = "anchor"

    id: str = Field(primary_key=True)
    model_id: int = Field(index=True)
    source: str
    sha256: str
    importer: str
    imported_at_us: int = Field(sa_column=big())
    examples: int = 0
    examples_sha256: str | None = None
    run: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    dataset: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))


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
    """Since when a model is held to which anchor, and who said so. The latest row of a model counts."""

    __tablename__ = "activation"

    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(index=True)
    anchor_id: str
    at_us: int = Field(sa_column=big())
    who: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
