"""What every table has in common.

Times are whole microseconds since 1970 in UTC (`_us`), the same on SQLite and PostgreSQL.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Float, Integer, MetaData, Text
from sqlmodel import AutoString, SQLModel

from connectors.sql.evaluate.rows import StoredColumn

SQLModel.metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Table(SQLModel):
    """The base of every table, so that one metadata with our naming rules holds them all."""

    metadata = SQLModel.metadata


# SQLite stores any integer in eight bytes; called INTEGER, a primary key of it needs no index of its own.
BIG = BigInteger().with_variant(Integer, "sqlite")

# Ids compare byte by byte: by a language's rules PostgreSQL takes longer to find their place.
ID = Text().with_variant(Text(collation="C"), "postgresql")


def big(*, primary_key: bool = False, nullable: bool = False) -> Column[int]:
    """A column of large integers, such as times."""
    return Column(BIG, primary_key=primary_key, nullable=nullable, autoincrement=False)


def add_state(table: str, stored: Iterable[StoredColumn], *, begins_empty: bool = False) -> None:
    """Give a table the columns that a state's parts are stored in.

    `begins_empty`: rows are written before there is a state, which then holds nothing.
    """
    types: dict[type, Any] = {
        bool: Boolean,
        int: BIG,
        float: Float,
        str: AutoString,
        datetime: BIG,
        object: Text,
    }
    empty = {int: "0", object: "{}"} if begins_empty else {}
    for column in stored:
        default = None if column.nullable else empty.get(column.holds)
        SQLModel.metadata.tables[table].append_column(
            Column(column.name, types[column.holds], nullable=column.nullable, server_default=default)
        )
