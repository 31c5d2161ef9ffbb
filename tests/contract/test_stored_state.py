"""A cell that is read part by part, as it is looked at, is the one that a read of the whole row gives."""

import msgspec
import pytest
from msgspec.structs import replace
from sqlalchemy import Engine

from connectors.sql.database import reading
from connectors.sql.dialect import Dialect
from connectors.sql.evaluate.rows import CELL, cell_state
from connectors.sql.review.status import StatusStore
from monitor.domain.judging.standing import Standing, standing
from monitor.domain.judging.state import Bet, CellState
from monitor.domain.slices.cells import Cell
from tests.incidents.falls import HOUR, broken, resolve
from tests.stored import NOON, TICKETS
from tests.worlds import World


@pytest.fixture
def world(engine: Engine) -> World:
    """An intent that broke and whose page a person ended, another that pages, one without a promise, and a group."""
    made = World(
        engine,
        judge={"groups_share": 0.5},
        groups=[{"name": "both", "intents": ["erasure", "export"]}],
        slices=[{"name": "channel", "cap": 3}],
    )
    made.anchor(erasure=(0.88, 38), export=(0.9, 40), refund=(0.9, 400))
    broken(made)
    resolve(made, 1, "ben", "rolled back", NOON + 49 * HOUR)
    made.outcomes("export", "m" * 30 + "h" * 5, at=50, hours=60, slices={"channel": "chat"})
    made.outcomes("refund", "h" * 40, at=50, hours=60)
    made.outcomes("novel", "h" * 4, at=50, hours=60)
    made.evaluate(NOON + 85 * HOUR)
    return made


def whole(world: World) -> list[CellState]:
    """The cells, each with all of its row."""
    with reading(world.engine) as connection:
        rows = Dialect(connection).rows(f"SELECT intent, slice, {', '.join(CELL)} FROM cell")
    return [cell_state(Cell(TICKETS, intent, slice_), row) for intent, slice_, *row in map(tuple, rows)]


def in_words(state: CellState) -> tuple[object, ...]:
    """All of a cell, its detector as it is stored."""
    detector = state.bet.detector
    parts = [state.cell, state.labels, state.held, replace(state.bet, detector=None)]
    return (
        msgspec.json.encode([*parts, state.judgement, state.notified]),
        detector.dumps() if detector else None,
        state.watched,
        state.anchored,
        state.unconfirmed,
        state.evidence,
        standing(state),
    )


def test_every_part_is_that_of_the_whole_row(world: World) -> None:
    late = {state.cell: state for state, _ in StatusStore(world.engine).cells()}
    known = {state.cell: state for state in whole(world)}
    assert late.keys() == known.keys()
    assert {standing(state) for state in known.values()} >= {
        Standing.DEGRADED,
        Standing.UNCONFIRMED,
        Standing.UNANCHORED,
    }
    for cell, state in known.items():
        # What can be told without a part is the same before and after it is read.
        told = late[cell].watched, late[cell].anchored, late[cell].unconfirmed
        assert told == (state.watched, state.anchored, state.unconfirmed)
        assert in_words(late[cell]) == in_words(state)


def test_a_part_that_is_put_in_the_row_s_place_counts(world: World) -> None:
    (ended,) = (state for state, _ in StatusStore(world.engine).cells() if state.unconfirmed)
    changed = replace(ended, bet=Bet(), held=replace(ended.held, watched=None, anchor_id=None))
    assert (changed.unconfirmed, changed.watched, changed.anchored) == (False, False, False)
    assert changed.labels == ended.labels


def test_no_encoder_takes_a_part_that_nobody_read_for_one(world: World) -> None:
    state, _ = StatusStore(world.engine).cells()[0]
    with pytest.raises(TypeError):
        msgspec.json.encode(state)
