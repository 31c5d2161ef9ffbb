"""A cell's tickets as columns are those that an analysis reads, on SQLite and PostgreSQL alike."""

from dataclasses import astuple
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine

from connectors.sql.database import reading
from connectors.sql.dialect import Dialect
from connectors.sql.review.analyses import AnalysisStore
from connectors.sql.review.cell_tickets import cell_tickets
from monitor.domain.analysis.ticket_columns import TicketColumns
from monitor.domain.events.types import Design
from monitor.domain.slices.cells import Cell
from monitor.review.ports.analyses import CellTickets
from tests.stored import TICKETS
from tests.worlds import World

ODD = 'a "quoted" \\ name, 50 %_'
MOST = 20_000


@pytest.fixture
def world(engine: Engine) -> World:
    made = World(engine)
    for hours, (slices, pattern) in enumerate(
        [
            ({}, "hhm"),
            ({"channel": "email"}, "mmh"),
            ({ODD: ODD, "channel": "email"}, "hm"),
            ({"a": "channel"}, "h"),
        ]
    ):
        made.outcomes("erasure", pattern, slices=slices, at=hours, hours=hours)
    drawn: dict[str, Any] = {"design": Design.BY_PREDICTION, "probability": 0.25}
    made.outcomes("erasure", "hm", at=-40, hours=-200, **drawn)
    made.outcomes("billing", "hmm", slices={"channel": "email"})
    made.retract(made.outcomes("erasure", "h"))
    return made


def read(world: World, cell: Cell, most: int = MOST, intents: tuple[str, ...] = ()) -> CellTickets:
    with reading(world.engine) as connection:
        return cell_tickets(Dialect(connection), cell, intents, most)


def plainly(columns: TicketColumns) -> list[tuple[Any, ...]]:
    """A row a ticket, each with how it was chosen."""
    *arrays, kinds = astuple(columns)
    return [(*row[:4], kinds[row[4]], row[5]) for row in zip(*map(np.ndarray.tolist, arrays), strict=True)]


@pytest.mark.parametrize("part", ["", "channel=email", "channel=none", f"{ODD}={ODD}"])
def test_columns_are_the_tickets_of_an_analysis(world: World, part: str) -> None:
    cell = Cell(TICKETS, "erasure", part)
    tickets = AnalysisStore(world.engine).tickets(cell).tickets
    assert plainly(read(world, cell).tickets) == plainly(TicketColumns.of(tickets))
    assert len(tickets) == {"": 11, "channel=email": 5, "channel=none": 0}.get(part, 2)


def test_a_group_has_those_of_its_members(world: World) -> None:
    group = Cell.of_group(TICKETS, "rare")
    tickets = AnalysisStore(world.engine).tickets(group, ("erasure", "billing")).tickets
    found = read(world, group, intents=("erasure", "billing")).tickets
    assert plainly(found) == plainly(TicketColumns.of(tickets))
    assert len(tickets) == 14


@pytest.mark.parametrize(("part", "hits", "misses"), [("", 4, 4), ("channel=email", 0, 2)])
def test_what_is_older_than_the_newest_is_counted(world: World, part: str, hits: int, misses: int) -> None:
    """Of erasure: hhm mmh hm h, then h and m that were drawn: the newest three are hhm."""
    found = read(world, Cell(TICKETS, "erasure", part), 3)
    assert (found.older_hits, found.older_misses) == (hits, misses)
    assert len(found.tickets) == 3
