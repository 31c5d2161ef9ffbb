"""A model version in; whether its release may go on, by the cells that are watched, out."""

from monitor.app.stores import Stores
from monitor.domain.events.types import Model
from monitor.domain.judging.gate import ReleaseAnswer, WatchedCell, ask
from monitor.domain.judging.state import CellState
from monitor.errors import ConfigError


def ask_about(stores: Stores, model: Model) -> ReleaseAnswer:
    """Whether every watched cell of a version keeps its promise, as last judged.

    Raises:
        ConfigError: no anchor and no event names it.
    """
    states = [status.state for status in stores.status.cells()]
    known = {state.cell.model for state in states} | {listed.anchor.model for listed in stores.anchors.all()}
    if model not in known:
        raise ConfigError([f"{model} is unknown: no anchor was imported for it and no event names it"])
    return ask([_watched(state) for state in states if state.cell.model == model and state.held.watched])


def _watched(state: CellState) -> WatchedCell:
    low, high = state.labels.reading.interval
    return WatchedCell(
        name=str(state.cell),
        verdict=state.judgement.verdict,
        coverage=state.judgement.coverage,
        floor=state.held.floor,
        low=low,
        high=high,
        identified=state.labels.identified,
        misses_first=state.labels.maturity_s is not None,
    )
