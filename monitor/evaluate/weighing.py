"""Whether a cell's labels weigh otherwise than they were bet on, so that its bet must be made anew."""

from monitor.domain.judging.state import CellLabels, CellState
from monitor.domain.recall.scales import grew_uneven


def weighs_otherwise(state: CellState, labels: CellLabels) -> bool:
    """Whether weights begin or cease to count, have another cap, or uniform labels turn out to be uneven.

    `labels` are those of now, `state` is the cell before.
    """
    weighed, detector = labels.tally.weighed, state.bet.detector
    if weighed.weighted != state.bet.weighted:
        return True
    if not weighed.weighted or detector is None:
        return False
    return labels is not state.labels or grew_uneven(weighed.uneven, detector.samples)
