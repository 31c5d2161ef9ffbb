"""The table of requests that are done once."""

from sqlalchemy import Index, Text
from sqlmodel import Field

from connectors.sql.tables.base import ID, Table, big


class RequestRow(Table, table=True):
    """A request with a key, by hashes alone: who is doing it, since when, and what was answered once it is done."""

    __tablename__ = "request"
    __table_args__ = (Index("ix_request_claimed_us", "claimed_us"),)

    id: str = Field(primary_key=True, sa_type=ID)
    fingerprint: str
    claim: int = Field(sa_column=big())
    claimed_us: int = Field(sa_column=big())
    status: int | None = None
    body: str | None = Field(default=None, sa_type=Text)
