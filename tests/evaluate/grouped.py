"""Worlds with groups, and when two of their states are the same."""

from dataclasses import replace

from connectors.sql.review.status import StatusStore
from monitor.domain.detection.detector import Detector
from monitor.domain.judging.state import CellState
from monitor.domain.slices.cells import GROUP
from tests.worlds import World

JUDGE = {"groups_share": 0.5}
RARE = GROUP + "rare"


def detector_of(state: CellState) -> Detector:
    assert state.bet.detector is not None
    return state.bet.detector


def assert_same_bits(corrected: CellState, right: CellState) -> None:
    """Tally, floor and money are equal, and so is the bet, to the last bit."""
    assert corrected.labels.tally == right.labels.tally
    assert corrected.held == right.held
    # A correction looks at all outcomes up to the last one, whether or not that is a member's.
    seen = replace(detector_of(corrected), last_seq=detector_of(right).last_seq)
    assert seen.dumps() == detector_of(right).dumps()


def cells_of(world: World) -> dict[str, CellState]:
    return {str(status.state.cell): status.state for status in StatusStore(world.engine).cells()}
