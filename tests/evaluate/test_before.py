"""What becomes of a cell may concern others to which nothing came: then all are judged once more."""

from datetime import timedelta

import pytest

from monitor.domain.judging.reasons import BlindCause
from monitor.domain.judging.state import CellState, HeldTo, Notified
from monitor.domain.slices.cells import Cell
from monitor.evaluate.before import concerns_others
from tests.stored import NOON, TICKETS

TOLD = BlindCause.TOO_FEW_LABELS
LATER = NOON + timedelta(hours=1)


def cell(notified: Notified | None = None, floor: float | None = None) -> CellState:
    return CellState(
        Cell(TICKETS, "erasure"), held=HeldTo(floor=floor), notified=notified if notified else Notified()
    )


@pytest.mark.parametrize(
    ("after", "others"),
    [
        (Notified(NOON, TOLD), False),
        (Notified(LATER, TOLD), False),  # people were told of others later still
        (Notified(None, TOLD), True),  # it can be watched, for a reason that does not last
        (Notified(), True),
        (Notified(NOON), True),
    ],
)
def test_others_waited_for_a_week_behind_a_cell_that_people_were_told_to_be_blind(
    after: Notified, others: bool
) -> None:
    assert concerns_others(cell(Notified(NOON, TOLD)), cell(after)) is others
    assert not concerns_others(cell(), cell(after))


def test_a_floor_that_comes_or_goes_concerns_others_and_another_floor_does_not() -> None:
    assert concerns_others(cell(), cell(floor=0.8))
    assert concerns_others(cell(floor=0.8), cell())
    assert not concerns_others(cell(floor=0.8), cell(floor=0.7))
