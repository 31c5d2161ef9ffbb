"""Two worlds that must have come to the same end."""

import pytest
from msgspec.structs import replace

from connectors.sql.review.status import StatusStore
from monitor.domain.judging.state import CellState
from tests.worlds import World


def without_detector(state: CellState) -> CellState:
    """All of it but the bet itself."""
    bet = replace(state.bet, detector=None)
    return CellState(state.cell, state.labels, state.held, bet, state.judgement, state.notified)


def same(corrected: World, right: World) -> None:
    """Everything but the bets is equal; a rebuild that stops early agrees with them to a part in 10^9."""
    cells = [
        sorted(StatusStore(world.engine).cells(), key=lambda status: status.state.cell)
        for world in (corrected, right)
    ]
    for cell, expected in zip(*cells, strict=True):
        assert without_detector(cell.state) == without_detector(expected.state)
        mine, theirs = cell.state.bet.detector, expected.state.bet.detector
        assert (mine is None) == (theirs is None)
        if mine is None or theirs is None:
            continue
        assert (mine.outcomes, mine.paged and mine.paged[:3]) == (
            theirs.outcomes,
            theirs.paged and theirs.paged[:3],
        )
        assert mine.wealth.ratios.tolist() == pytest.approx(theirs.wealth.ratios.tolist(), rel=1e-9)
        assert mine.wealth.restart.tolist() == theirs.wealth.restart.tolist()
        assert mine.wealth.log_product.tolist() == pytest.approx(
            theirs.wealth.log_product.tolist(), rel=1e-9, abs=1e-9
        )
        assert (mine.healing is None) == (theirs.healing is None)
        if mine.healing is not None and theirs.healing is not None:
            assert mine.healing.ratios.tolist() == pytest.approx(theirs.healing.ratios.tolist(), rel=1e-9)
            assert mine.healing.hits.tolist() == theirs.healing.hits.tolist()
