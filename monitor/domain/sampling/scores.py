"""Which tickets to label by their scores: tickets with the score of each wanted intent in, a chance for each out.

Valid whatever the scores are worth: half of the budget is spread evenly, so no label weighs more than twice a uniform
one. Calibrated, or at least well ordered, they save labels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from monitor.domain.recall.intervals import FloatArray
from monitor.domain.sampling.spread import spread
from monitor.domain.sampling.wanted import R_STAR, Holdings, Wanted, holdings

EVENLY = 0.5  # eps: the part of a budget that is spread evenly; with 0 what scores hide would never be seen
AT_ONCE = 10_000  # tickets whose scores are held in memory at once

Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class ScoreChances:
    """Chances `min(1, max(least, base + k g))`, g of a ticket by its class and scores; made by `score_chances`."""

    wanted: tuple[Wanted, ...]
    held: Holdings
    base: float
    k: float
    least: float

    def of(self, predicted: Sequence[str], scores: Sequence[Mapping[str, float]]) -> FloatArray:
        """The chances of tickets that were predicted so, with those scores."""
        gains = _gains(self.wanted, self.held, predicted, scores)
        return np.asarray(np.minimum(1.0, np.maximum(self.least, self.base + self.k * gains)))

    def own_least(self, intent: str) -> float:
        """The smallest chance of a ticket that was predicted as a wanted intent: no hit weighs more than 1/this."""
        return float(self.of([intent], [{}])[0])


def score_chances(
    wanted: Sequence[Wanted],
    traffic: Mapping[str, float],
    predicted: Sequence[str],
    scores: Sequence[Mapping[str, float]],
    budget: float,
    least: float,
) -> tuple[ScoreChances, FloatArray]:
    """Chances by score, such that of these tickets `budget` are expected to be drawn: the rule, and theirs.

    `pi = min(1, eps B/N + k g)`, k by bisection; `g^2 = sum_i v_i (x_i - R*)^2 s_i / P_i^2`: for one intent that is
    section 6's `(1 - R*) sqrt(s)` if predicted as it and `R* sqrt(s)` otherwise. s_i is the ticket's score for intent
    i; its ppv if it was predicted as i, so that its hits weigh alike; and what its class holds of i where the event
    has no score for it. `traffic`, predictions by class, says that and the intent's tickets P_i.

    Assumed is that the scores were known before the label. Scores are taken as probabilities, cut to 0..1.
    Costs: with scores that tell misses from the rest at an AUC of .95 a third of uniform labels to the page, at .80
    six tenths; 100,000 tickets with 100 scores each take about a second.

    >>> tickets = ["refund"] * 2 + ["other"] * 8
    >>> scores = [{"refund": 0.9}] * 4 + [{"refund": 0.0}] * 6
    >>> score_chances([Wanted("refund")], {"refund": 2, "other": 8}, tickets, scores, 4, 0.01)[1].round(2).tolist()
    [0.69, 0.69, 0.71, 0.71, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2]

    Source: section 6.
    """
    held = holdings(wanted, traffic)
    base = EVENLY * budget / max(len(predicted), 1)
    if not wanted:
        even = ScoreChances((), held, base / EVENLY, 0.0, least)
        return even, even.of(predicted, scores)
    chances, k = spread(_gains(wanted, held, predicted, scores), budget, least, base=base)
    return ScoreChances(tuple(wanted), held, base, k, least), chances


def _gains(
    wanted: Sequence[Wanted], held: Holdings, predicted: Sequence[str], scores: Sequence[Mapping[str, float]]
) -> FloatArray:
    """g of each ticket: by its class, and then each score in the place of what the class holds."""
    if not wanted:
        return np.zeros(len(predicted))
    parts = [slice(begin, begin + AT_ONCE) for begin in range(0, len(predicted), AT_ONCE)]
    gains = [_some_gains(wanted, held, predicted[part], scores[part]) for part in parts]
    return np.concatenate(gains) if gains else np.zeros(0)


def _some_gains(
    wanted: Sequence[Wanted], held: Holdings, predicted: Sequence[str], scores: Sequence[Mapping[str, float]]
) -> FloatArray:
    at = {name: row for row, name in enumerate(held.classes)}
    rows = np.fromiter((at.get(name, len(at)) for name in predicted), np.intp, len(predicted))
    weights = np.array([intent.weight for intent in wanted])
    squares = ((held.worth * held.shares) @ weights)[rows]
    ticket, column, score = _flat(wanted, scores)
    elsewhere = held.own[rows[ticket], column] == 0
    ticket, column, score = ticket[elsewhere], column[elsewhere], score[elsewhere]
    # Elsewhere x is 0 in every class, so an intent's score is worth the same in each of them.
    worth = R_STAR**2 * weights / held.positives**2
    moved = worth[column] * (score - held.shares[rows[ticket], column])
    squares = squares + np.bincount(ticket, moved, len(predicted))
    return np.asarray(np.sqrt(np.maximum(squares, 0.0)))


def _flat(
    wanted: Sequence[Wanted], scores: Sequence[Mapping[str, float]]
) -> tuple[Indices, Indices, FloatArray]:
    """All scores of wanted intents, as (ticket, intent, score)."""
    columns = {intent.intent: column for column, intent in enumerate(wanted)}
    known: dict[tuple[str, ...], Indices] = {}  # most events name the same intents in the same order

    def of(names: tuple[str, ...]) -> Indices:
        if names not in known:
            known[names] = np.array([columns.get(name, -1) for name in names], np.intp)
        return known[names]

    each = [of(tuple(given)) for given in scores]
    column = np.concatenate(each) if each else np.zeros(0, np.intp)
    ticket = np.repeat(np.arange(len(scores)), [len(some) for some in each])
    values = chain.from_iterable(given.values() for given in scores)
    score = np.fromiter(values, np.float64, len(column)).clip(0, 1)
    return ticket[column >= 0], column[column >= 0], score[column >= 0]
