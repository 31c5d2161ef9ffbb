"""What may concern cells to which nothing came: what of a model, or of a cell with news, was otherwise before."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from monitor.domain.detection.money import ASLEEP
from monitor.domain.judging.state import CellState, ModelState
from monitor.domain.labelling.slack import FIRST, due
from monitor.evaluate.judging import ModelAsJudged
from monitor.settings.settings import Settings


class ConcernsAll(Exception):  # noqa: N818 - no failure: every cell is judged instead
    """Something that came, or the time, concerns cells that are not read."""


class ModelBefore(NamedTuple):
    """A model as its cells were last judged, its traffic `read_at` that time.

    `changes` says whether its labels or its traffic may be others now.
    """

    judged: ModelAsJudged
    awake: bool
    first_prediction: datetime | None
    read_at: datetime | None
    changes: bool

    @classmethod
    def of(
        cls, state: ModelState, settings: Settings, judged_at: datetime, *, changes: bool
    ) -> "ModelBefore":
        """A model before anything is counted into it."""
        judged = ModelAsJudged(state, settings, judged_at)
        _ = judged.silences, judged.skips
        if changes:
            _ = judged.strata, judged.smallest_chance
        read_at = state.labelling.read_at
        return cls(judged, awake(state, judged_at), state.first_prediction, read_at, changes)


def awake(state: ModelState, now: datetime) -> bool:
    """Whether a version takes part in the sharing of the money, as far as its labels go."""
    return now - (state.last_label or now) <= ASLEEP


def slack_may_change(state: CellState, rate: float) -> bool:
    """Whether a cell's slack for wrong labels is found anew, for which every cell of the model is counted."""
    known, labels = state.held.slack, state.labels.tally.support
    if known is not None and known.rate == rate and state.bet.broken:
        return False
    if labels < FIRST:
        return known is not None and known.labels > 0
    return due(known, rate, labels)


def concerns_others(before: CellState, after: CellState) -> bool:
    """Whether what became of a cell concerns others, at the next look at all of them.

    It has a floor now, or no more: it joins groups, or leaves them. It is no longer known to be blind, and others
    waited for a week behind it. Its page ended: from now on its misses are believed as second readings say.
    """
    was, now = before.notified.known_blind_since, after.notified.known_blind_since
    known_for_less = was is not None and (now is None or now < was)
    ended = before.bet.broken and not after.bet.broken
    return known_for_less or ended or (before.held.floor is None) != (after.held.floor is None)


def judged_otherwise(
    intents: Iterable[str], was: ModelAsJudged, now: ModelAsJudged, min_probability: float
) -> Iterator[str]:
    """The intents of which a model's labels say otherwise than before whether, or within what, recall is known."""
    alike = was.strata.unlabelled == now.strata.unlabelled
    for intent in intents:
        before = was.identification(intent, min_probability)
        after = now.identification(intent, min_probability)
        can_be_known = before.identified and after.identified and now.skips is None
        if not can_be_known and not (alike and before.gaps == after.gaps):
            yield intent
