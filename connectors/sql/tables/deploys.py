"""The table of what went live."""

from sqlalchemy import Text
from sqlmodel import Field

from connectors.sql.tables.base import Table, big


class DeployRow(Table, table=True):
    """What somebody noted to have gone live, and when; `model` is a pattern of names, or "" for all."""

    __tablename__ = "deploy"

    id: int | None = Field(default=None, primary_key=True)
    at_us: int = Field(sa_column=big())
    model: str = ""
    version: str = ""
    author: str
    text: str = Field(sa_type=Text)
