"""What the evidence says of a cell and what could be seen of it in; the few words and colours of a table out."""

import math

from monitor.domain.judging.judge import Coverage, Judgement, Verdict
from monitor.domain.judging.standing import Standing, standing
from monitor.domain.judging.state import CellState
from reports.figures import about_days
from reports.render.blocks import MOODS


def verdict_words(state: CellState) -> str:
    """A cell's verdict; where a person ended its page, that no label has confirmed this yet."""
    if standing(state) is Standing.UNCONFIRMED:
        return Standing.UNCONFIRMED.value
    return state.judgement.verdict.value


def mood_of(state: CellState) -> str:
    """How a cell's verdict is meant."""
    return "warn" if standing(state) is Standing.UNCONFIRMED else mood(state.judgement)


def mood(judgement: Judgement) -> str:
    """How a verdict is meant; one that rests on nothing that could be seen is no good news."""
    if judgement.verdict is Verdict.OK and judgement.coverage is not Coverage.SEEN:
        return "quiet"
    return MOODS.get(judgement.verdict.value, "warn")


def seen_in(judgement: Judgement, unseen_days: float | None) -> str:
    """How soon a fall would be seen: `3.1 d`, `blind`, `stale`; `-` without a floor, or where a page stands.

    `unseen_days` as `CellState.unseen_days` gives them.
    """
    if judgement.coverage in (Coverage.BLIND, Coverage.STALE):
        return judgement.coverage.value
    broken = judgement.verdict in (Verdict.DEGRADED, Verdict.UNANCHORED)
    if broken or unseen_days is None or not math.isfinite(unseen_days):
        return "-"
    return about_days(unseen_days)
