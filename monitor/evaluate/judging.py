"""What is remembered of a cell and its model, and the settings, come together in its verdict and its coverage."""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from monitor.domain.judging.judge import Facts, Judgement, judge
from monitor.domain.judging.reasons import (
    CutWeights,
    EventStream,
    MissesDoubted,
    StreamStopped,
    VerificationBias,
    significant,
)
from monitor.domain.judging.state import CellState, ModelState, days_observed
from monitor.domain.labelling.identifiability import (
    Identification,
    Strata,
    assumption_free,
    identify,
)
from monitor.domain.labelling.rhythm import Staleness, staleness
from monitor.domain.labelling.unidentified import SkippedTickets
from monitor.domain.recall.chances import w_max
from monitor.evaluate.response import skipped
from monitor.settings.settings import Settings

WHOLLY = 0.9  # from which on it is as good as if every miss were believed


class StreamSilences(NamedTuple):
    """How long a model's labels and its predictions have been silent: the same for all its cells."""

    labels: Staleness
    predictions: Staleness

    @classmethod
    def of(cls, model: ModelState, settings: Settings, now: datetime) -> "StreamSilences":
        """As of `now`; none is longer than `judge.stale_after_days` without being told."""
        longest = timedelta(days=settings.judge.stale_after_days)
        labelling = model.labelling
        return cls(staleness(labelling.labels, now, longest), staleness(labelling.predictions, now, longest))

    def stopped(self) -> Iterator[StreamStopped]:
        """Which of them stopped."""
        if self.labels.stale:
            yield _stopped(EventStream.LABELS, self.labels)
        if self.predictions.stale:
            yield _stopped(EventStream.PREDICTIONS, self.predictions)


class ModelAsJudged:
    """A model as its cells are judged at `now`: what is the same for all of them, or for an intent, found out once."""

    def __init__(self, state: ModelState, settings: Settings, now: datetime) -> None:
        self.state = state
        self.settings = settings
        self.now = now
        self._identified: dict[tuple[str, float], Identification] = {}
        self._silences: dict[str, Staleness] = {}

    @cached_property
    def silences(self) -> StreamSilences:
        """How long its streams have been silent."""
        return StreamSilences.of(self.state, self.settings, self.now)

    @cached_property
    def strata(self) -> Strata:
        """Its predictions by class."""
        return self.state.labelling.strata()

    @cached_property
    def skips(self) -> SkippedTickets | None:
        """Why labels of draws cannot tell recall."""
        return skipped(self.state.labelling)

    @cached_property
    def days(self) -> float:
        """The days of labels behind it."""
        return days_observed(self.state.first_prediction, self.now)

    @cached_property
    def smallest_chance(self) -> float | None:
        """The smallest probability with which any of its labels says it was chosen."""
        reached = self.state.labelling.reached.values()
        return min((chance for reach in reached for chance in reach.chances), default=None)

    def silence(self, whole: CellState) -> Staleness:
        """How long the labels of an intent have been silent, by their own hours."""
        if whole.cell.intent not in self._silences:
            self._silences[whole.cell.intent] = staleness(whole.labels.rhythm, self.now)
        return self._silences[whole.cell.intent]

    def identification(self, intent: str, min_probability: float) -> Identification:
        """Whether its labels can tell an intent's recall."""
        asked = (intent, min_probability)
        if asked not in self._identified:
            self._identified[asked] = identify(intent, self.strata, min_probability)
        return self._identified[asked]


def judge_cell(state: CellState, model: ModelAsJudged) -> tuple[Judgement, bool]:
    """A cell's verdict and coverage, and whether its labels can tell recall at all."""
    rules, maturity_s, days = model.settings.judge, state.labels.maturity_s, model.days
    unseen = state.unseen_days(days)
    bias = _bias(state, model) if state.labels.tally.support and state.held.floor is not None else None
    judgement = judge(
        Facts(
            floor=state.held.floor,
            evidence=state.evidence,
            money_per_day=state.held.bet_per_day,
            paged=state.bet.broken,
            outcomes_per_day=state.labels.per_day(days),
            days_to_page=math.inf if unseen is None else unseen,
            bias=bias,
            cut=_cut(state, model),
            silent=tuple(_stopped_streams(state, model)),
            maturity=timedelta(seconds=maturity_s) if maturity_s is not None else None,
            doubted=_doubted(state),
        ),
        detect_within_days=rules.detect_within_days,
    )
    return judgement, bias is None


def _doubted(state: CellState) -> MissesDoubted | None:
    """How far an intent's misses are believed that one person read, where that is worth telling."""
    if not state.held.believed or state.cell.group is not None or state.held.floor is None:
        return None
    (known,) = state.held.believed
    weight = known.weight(state.held.floor)
    return MissesDoubted(known.read, known.right, round(weight, 2)) if weight < WHOLLY else None


def _bias(state: CellState, model: ModelAsJudged) -> VerificationBias | None:
    """Why recall cannot be known, with the bound that holds nevertheless; None where it can.

    A group's can, as far as one of its members' can.
    """
    min_probability = state.labels.min_probability
    intents = state.held.members.intents if state.held.members is not None else (state.cell.intent,)
    skips = model.skips
    for intent in intents:
        identification = model.identification(intent, min_probability)
        if identification.identified and skips is None:
            return None
    weighed = state.labels.tally.weighed
    largest = w_max(min_probability)
    bound = assumption_free(*weighed.tickets(largest, largest), model.strata.unlabelled)
    gaps = identification.gaps if skips is None else (*identification.gaps, skips)
    return VerificationBias(gaps, significant(bound.low, 2))


def _cut(state: CellState, model: ModelAsJudged) -> CutWeights | None:
    """Which labels are not bet on, as the weights of their design are clipped too often."""
    weighed = state.labels.tally.weighed
    if not weighed.refused:
        return None
    n = state.labels.tally.support
    return CutWeights(weighed.clipped, n, state.labels.min_probability, model.smallest_chance)


def _stopped_streams(state: CellState, model: ModelAsJudged) -> Iterator[StreamStopped]:
    """Which streams stopped: the model's labels and predictions, and the labels of a watched intent (not a group's)."""
    yield from model.silences.stopped()
    labelled = bool(state.labels.rhythm.hours)  # of slices they are not kept
    if labelled and not model.silences.labels.stale and state.held.watched and state.cell.group is None:
        of_intent = model.silence(state)
        if of_intent.stale:
            yield _stopped(EventStream.LABELS, of_intent, state.cell.intent)


def _stopped(stream: EventStream, silence: Staleness, intent: str = "") -> StreamStopped:
    return StreamStopped(stream, _hours(silence.lasted), _hours(silence.allowed), silence.by_rhythm, intent)


def _hours(span: timedelta) -> float:
    """To the whole hour; from two days on to the tenth of a day."""
    hours = span / timedelta(hours=1)
    return round(hours, 0) if round(hours) < 48 else round(round(hours / 24, 1) * 24, 1)
