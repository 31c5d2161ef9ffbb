"""When cells are due, and what an evaluation rested on, on SQLite and PostgreSQL alike."""

from datetime import datetime, timedelta

from sqlalchemy import Engine

from connectors.sql.evaluate.store import EvaluationStore
from monitor.domain.judging.due import NextLook
from monitor.domain.judging.state import CellState, ModelState
from monitor.domain.slices.cells import Cell
from monitor.evaluate.ports_due import RestedOn
from tests.stored import NOON, TICKETS, prediction, store, take

REFUND = Cell(TICKETS, "refund")


def test_cells_are_read_by_their_numbers_and_when_they_are_due(engine: Engine) -> None:
    cells = [Cell(TICKETS, "refund", text) for text in ("", "channel=email", "channel=phone")]
    take(store(engine), prediction("p1"))
    at, hour = NOON + timedelta(hours=1), timedelta(hours=1)
    with EvaluationStore(engine).evaluation() as transaction:
        transaction.save([CellState(cell) for cell in cells], {})
        looks = [NextLook(at, 300), NextLook(at + hour, told_since=NOON), NextLook()]
        transaction.keep_due(dict(zip(cells, looks, strict=True)), NOON)
    with EvaluationStore(engine).evaluation() as transaction:
        numbers = transaction.numbers()
        assert list(numbers) == cells
        assert list(transaction.numbers(numbers[cells[0]])) == cells[1:]
        assert transaction.due(at - timedelta(seconds=1)) == []
        assert transaction.due(at) == [numbers[cells[0]]]
        assert set(transaction.due(NOON + timedelta(days=3_000))) == {numbers[cells[0]], numbers[cells[1]]}
        assert transaction.to_be_watched(TICKETS, 299) == []
        assert transaction.to_be_watched(TICKETS, 300) == [numbers[cells[0]]]
        assert transaction.blindness_told(TICKETS) == NOON
        read = transaction.cells_numbered([numbers[cells[2]], numbers[cells[0]]])
        assert [state.cell for state in read] == [cells[0], cells[2]]
        assert [state.cell for state in transaction.whole_cells()] == [cells[0]]
        assert transaction.cells_numbered([]) == []


def test_a_cell_is_due_no_later_than_was_found_before_unless_that_is_over(engine: Engine) -> None:
    take(store(engine), prediction("p1"))
    found, hour = NOON + timedelta(hours=4), timedelta(hours=1)

    def due_after(look: datetime, at: datetime) -> bool:
        with EvaluationStore(engine).evaluation() as transaction:
            transaction.save(transaction.cells() or [CellState(REFUND)], {})
            transaction.keep_due({REFUND: NextLook(look)}, at)
            return bool(transaction.due(found))

    assert due_after(found, NOON)
    assert due_after(found + hour, NOON + hour)  # as it was: what is written less often costs less
    assert not due_after(found + hour, found)
    assert due_after(found - hour, NOON)


def test_what_an_evaluation_rested_on_is_known_to_the_next(engine: Engine) -> None:
    take(store(engine), prediction("p1"))
    with EvaluationStore(engine).evaluation() as transaction:
        assert transaction.rested_on() is None
        before = transaction.changes()
        transaction.save([CellState(REFUND)], {TICKETS: ModelState(3, NOON)})
        assert transaction.changes() > before
        rested_on = RestedOn("settings", "known", transaction.changes(), dict(transaction.models_as_saved()))
        transaction.keep_rested_on(rested_on)
    with EvaluationStore(engine).evaluation() as transaction:
        transaction.models()
        assert transaction.rested_on() == rested_on
        assert (transaction.changes(), transaction.models_as_saved()) == (rested_on.changes, rested_on.models)
        transaction.save([], {TICKETS: ModelState(4, NOON)})
        assert transaction.models_as_saved() != rested_on.models
        transaction.keep_rested_on(None)
        assert transaction.rested_on() is None
