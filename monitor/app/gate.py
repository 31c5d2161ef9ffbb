"""A model version and a question in; whether its release may go on, by the watched cells that are asked, out."""

from collections.abc import Collection, Sequence

from monitor.app.stores import Stores
from monitor.domain.events.types import Model
from monitor.domain.judging.gate import GateQuestion, ReleaseAnswer, WatchedCell, ask
from monitor.domain.judging.standing import Standing, broken_slices, standing
from monitor.domain.judging.state import CellState
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.patterns import fits_pattern
from monitor.domain.text.nearest import did_you_mean
from monitor.errors import ConfigError
from monitor.review.narrowing import unknown_name


def ask_about(stores: Stores, model: Model, question: GateQuestion | None = None) -> ReleaseAnswer:
    """Whether the watched cells of a version that are asked keep their promises, as last judged; else all of them.

    Raises:
        ConfigError: no anchor and no event names it, or a pattern fits none of its intents.
    """
    question = question or GateQuestion()
    service = stores.status.services().get(model)
    states = [status.state for status in stores.status.cells()]
    anchors = [listed.anchor for listed in stores.anchors.all()]
    models = {state.cell.model for state in states} | {anchor.model for anchor in anchors}
    if model not in models:
        meant = did_you_mean(str(model), map(str, models))
        raise ConfigError([f"{model} is unknown: no anchor was imported for it and no event names it{meant}"])
    known = {state.cell.display for state in states if state.cell.model == model}
    known |= {intent for anchor in anchors if anchor.model == model for intent, _ in anchor.promises}
    _refuse_unknown(question.intents, known)
    watched = [state for state in states if state.cell.model == model and state.held.watched]
    asked = [state for state in watched if _fits(state.cell, question)]
    broken = broken_slices(watched)
    return ask(
        [
            _watched(state, broken.get(state.cell, ()))
            for state in asked
            if question.slices or not state.cell.slice_text
        ],
        question,
        [each for each in question.intents if not _answered(each, asked, slices=question.slices)],
        [_watched(state) for state in asked if state.cell.slice_text and not question.slices],
        service.retirement if service is not None else None,
    )


def _refuse_unknown(patterns: Sequence[str], known: Collection[str]) -> None:
    problems = [
        unknown_name("--intents", pattern, sorted(known))
        for pattern in patterns
        if not any(fits_pattern(name, pattern) for name in known)
    ]
    if problems:
        raise ConfigError(problems)


def _fits(cell: Cell, question: GateQuestion) -> bool:
    return not question.intents or any(fits_pattern(cell.display, each) for each in question.intents)


def _answered(pattern: str, asked: Sequence[CellState], *, slices: bool) -> bool:
    """Whether a watched cell that is asked fits the pattern."""
    return any(
        fits_pattern(state.cell.display, pattern) for state in asked if slices or not state.cell.slice_text
    )


def _watched(state: CellState, broken: Sequence[CellState] = ()) -> WatchedCell:
    low, high = state.labels.reading.interval
    known, tally, floor = state.held.believed, state.labels.tally, state.held.floor
    believed = known[0] if known and state.cell.group is None and floor is not None else None
    return WatchedCell(
        name=str(state.cell),
        verdict=state.judgement.verdict,
        coverage=state.judgement.coverage,
        floor=state.held.floor,
        low=low,
        high=high,
        identified=state.labels.identified,
        misses_first=state.labels.maturity_s is not None,
        floor_as_read=believed.as_read(floor or 0.0, tally.support - tally.hits) if believed else None,
        page_ended=state.bet.detector is not None and bool(state.bet.detector.ends),
        slices=tuple((each.cell, standing(each) is Standing.DEGRADED) for each in broken),
    )
