"""Stored outcomes, given day by day to a scratch database; the one they come from is only read."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.database import reading, writing
from connectors.sql.dialect import Dialect, Row
from connectors.sql.group_members import counted_intents
from connectors.sql.notices import decode_notice
from connectors.sql.review.status import StatusStore
from connectors.sql.tables import Table
from monitor.domain.events.in_step import in_step
from monitor.domain.events.microseconds import DAY_US, HOUR_US, from_us, to_us
from monitor.domain.events.types import Design
from monitor.domain.labelling.hours import in_line
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.notices import Notice
from monitor.review.ports import history as ports
from monitor.review.ports.history import PastOutcome
from monitor.review.ports.status import CellStatus

JUDGED_BY = ("anchor", "promise", "activation")
TRAFFIC = ("traffic", "model_traffic", "predicted_name")
CHUNK = 20_000
_KNOWN = "(CASE WHEN ts_us > labeled_at_us THEN ts_us ELSE labeled_at_us END)"


class _Stamped(NamedTuple):
    row: tuple[Any, ...]
    known_us: int


class ScratchHistory(ports.History):
    """The half of the `History` port that is the scratch database; where the outcomes come from is the other half.

    A past that is read from elsewhere gives `known_rows` (outcomes in their order, in the columns asked for, with when
    each was known by its own times), `known_hours` (of each hour since 1970 how many became known in it, and the first
    and the last of them), and copies the rest.
    """

    def __init__(self, scratch: Engine) -> None:
        self._scratch = scratch
        self._status = StatusStore(scratch)

    @abstractmethod
    def known_rows(self, columns: Sequence[str]) -> Iterator[Sequence[tuple[tuple[Any, ...], int]]]:
        """The outcomes, some at a time."""

    @abstractmethod
    def known_hours(self) -> Mapping[int, tuple[int, int, int]]:
        """When they became known."""

    @abstractmethod
    def copy_the_rest(self) -> None:
        """Models without what was judged of them; their anchors; the traffic."""

    @override
    def days(self) -> Iterator[tuple[datetime, int]]:
        self.copy_the_rest()
        columns = columns_of("outcome")
        latest: int = 0

        def known(stamped: _Stamped) -> int:
            nonlocal latest  # one that was complete later was known later, whatever its own times say
            latest = max(latest, stamped.known_us)
            return latest // DAY_US

        for _, day in groupby(self._stamped(columns), key=known):
            given = list(day)
            write_rows(self._scratch, "outcome", columns, [each.row for each in given])
            yield from_us(max(each.known_us for each in given)), len(given)

    @override
    def outcomes(self, cell: Cell) -> list[PastOutcome]:
        with reading(self._scratch) as connection:
            sql = Dialect(connection)
            which, value = counted_intents(sql, cell, "o.intent")
            rows = sql.rows(
                "SELECT o.seq, o.ts_us, o.labeled_at_us, o.predicted, o.intent, o.design, o.probability, o.slices,"
                " o.customer FROM outcome o JOIN model m ON m.id = o.model_id WHERE m.name = ? AND m.version = ?"
                f" AND m.environment = ? AND {which} ORDER BY o.seq",
                cell.model.name,
                cell.model.version,
                cell.model.environment,
                value,
            )
        ours = [
            row for row in rows if cell.holds(msgspec.json.decode(row[7]) if cell.slice and row[7] else {})
        ]
        known = in_step([from_us(max(ts, labelled)) for _, ts, labelled, *_ in ours])
        return [
            PastOutcome(
                seq,
                at,
                predicted == intent,
                Design(design),
                probability,
                None if customer is None else (customer, ts // DAY_US),
            )
            for at, (seq, ts, _, predicted, intent, design, probability, _, customer) in zip(
                known, ours, strict=True
            )
        ]

    @override
    def cells(self) -> list[CellStatus]:
        return list(self._status.cells())

    @override
    def notices(self) -> list[Notice]:
        with reading(self._scratch) as connection:
            rows = Dialect(connection).rows("SELECT notice FROM notification ORDER BY number")
            return [decode_notice(notice) for (notice,) in rows]

    def _stamped(self, columns: Sequence[str]) -> Iterator[_Stamped]:
        """The outcomes in their order, each with when it was known: in step with its neighbours, within the whole."""
        hours = self.known_hours()
        ours = in_line({hour: count for hour, (count, *_) in hours.items()})
        first_us, last_us = (hours[int(ours[0])][1], hours[int(ours[-1])][2]) if len(ours) else (0, 0)
        for rows in self.known_rows(columns):
            for at, (row, _) in zip(in_step([from_us(known_us) for _, known_us in rows]), rows, strict=True):
                yield _Stamped(row, min(max(to_us(at), first_us), last_us))


class StoredHistory(ScratchHistory):
    """The `History` port on SQLite or PostgreSQL; `since` leaves out what was known before then."""

    def __init__(self, source: Engine, scratch: Engine, since: datetime | None = None) -> None:
        super().__init__(scratch)
        self._source = source
        self._since = to_us(since) if since is not None else -1

    @override
    def __len__(self) -> int:
        with reading(self._source) as connection:
            (count,) = Dialect(connection).row(
                f"SELECT count(*) FROM outcome WHERE {_KNOWN} >= ?",
                self._since,
            )
        return int(count)

    @override
    def copy_the_rest(self) -> None:
        copy_models(self._source, self._scratch)
        for table in (*JUDGED_BY, *TRAFFIC):
            copy_table(self._source, self._scratch, table)

    @override
    def known_rows(self, columns: Sequence[str]) -> Iterator[Sequence[tuple[tuple[Any, ...], int]]]:
        ts, labelled = columns.index("ts_us"), columns.index("labeled_at_us")
        after = 0
        while True:
            with reading(self._source) as connection:
                rows = Dialect(connection).rows(
                    f"SELECT {', '.join(columns)} FROM outcome WHERE seq > ? AND {_KNOWN} >= ? ORDER BY seq"
                    f" LIMIT {CHUNK}",
                    after,
                    self._since,
                )
            yield [(tuple(row), max(row[ts], row[labelled])) for row in rows]
            if len(rows) < CHUNK:
                return
            after = rows[-1][0]

    @override
    def known_hours(self) -> dict[int, tuple[int, int, int]]:
        with reading(self._source) as connection:
            return {
                int(hour): (int(count), int(first), int(last))
                for hour, count, first, last in Dialect(connection).rows(
                    f"SELECT {_KNOWN} / ? AS hour, count(*), min({_KNOWN}), max({_KNOWN}) FROM outcome"
                    f" WHERE {_KNOWN} >= ? GROUP BY hour",
                    HOUR_US,
                    self._since,
                )
            }


def copy_models(source: Engine, scratch: Engine) -> None:
    """Models without what was judged of them."""
    _copy(source, scratch, "model", ["id", "name", "version", "environment"])


def copy_table(source: Engine, scratch: Engine, table: str) -> None:
    """A whole table."""
    _copy(source, scratch, table, columns_of(table))


def write_rows(scratch: Engine, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Rows into a table, in a transaction of their own."""
    holes = ", ".join("?" for _ in columns)
    with writing(scratch) as connection:
        Dialect(connection).many(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({holes})", rows)


def columns_of(table: str) -> list[str]:
    """The names of a table's columns."""
    return [column.name for column in Table.metadata.tables[table].columns]


def _copy(source: Engine, scratch: Engine, table: str, columns: Sequence[str]) -> None:
    with reading(source) as connection:
        rows = [tuple(row) for row in Dialect(connection).rows(f"SELECT {', '.join(columns)} FROM {table}")]
    write_rows(scratch, table, columns, rows)
