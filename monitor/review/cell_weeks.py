"""A cell as it was last judged in; what a week's report says of it out."""

from typing import Any

from monitor.domain.recall.estimate import Estimate
from monitor.review.ports.status import CellStatus


def of_cell(status: CellStatus) -> dict[str, Any]:
    """The fields of `CellWeek`, for the week of an intent or of a slice."""
    state, promise, live = status.state, status.promise, status.state.labels.reading
    return {
        "cell": state.cell,
        "judgement": state.judgement,
        "evidence": state.evidence,
        "watched": bool(state.held.watched),
        "weighted": state.bet.weighted,
        "offline": promise.shipped.recall if promise and promise.shipped.support else None,
        "offline_support": promise.shipped.support if promise else 0,
        "floor": state.held.floor,
        "live": Estimate(live.recall, *live.interval) if live.recall is not None else None,
        "live_support": state.labels.tally.support,
        "design_effect": state.labels.design_effect,
    }
