"""A budget and a design come in; the chances that the tickets of each planned intent have by them go out."""

import math
from collections.abc import Mapping, Sequence
from functools import cache
from statistics import NormalDist

import numpy as np

from monitor.domain.events.types import Design
from monitor.domain.recall.intervals import FloatArray
from monitor.domain.sampling.classes import class_chances
from monitor.domain.sampling.foretold import PlannedIntent, Reached
from monitor.domain.sampling.scores import EVENLY
from monitor.domain.sampling.spread import spread
from monitor.domain.sampling.wanted import R_STAR, holdings

RANKS = 48  # the scores of misses are taken at so many even ranks
TICKETS = 400  # that are none of the intents': what their scores cost is reckoned on so many
GOOD_AUC = 0.95


def reached(
    intents: Sequence[PlannedIntent],
    weights: Sequence[float],
    traffic: Mapping[str, float],
    budget: float,
    design: Design,
    least: float,
    auc: float = GOOD_AUC,
) -> list[Reached]:
    """What `budget` labels a day reach of each intent, of traffic by class a day.

    Uniform, `B/N` each; by class as `class_chances` would draw, misses where the anchor's went, as far as that is
    trusted. By score with scores that tell an intent's misses from what else was predicted otherwise at this `auc`:
    both normal, so far apart, and calibrated (`s`, as in `score_chances`), each intent's without regard to the others'.

    Source: section 6; Green & Swets 1966 for the binormal scores.
    """
    everything = sum(traffic.values())
    if design is Design.UNIFORM:
        even = min(1.0, max(least, budget / everything))
        return [Reached(even, [(even, 1.0)]) for _ in intents]
    wanted = [intent.wanted for intent in intents]
    held = holdings(wanted, traffic)
    if design is Design.BY_PREDICTION:
        weighed = [
            type(each)(each.intent, each.ppv, each.misses_to, weight)
            for each, weight in zip(wanted, weights, strict=True)
        ]
        chances = class_chances(weighed, traffic, budget, least)
        row = np.array([*(chances.by_class[name] for name in held.classes), chances.other])
        result = []
        for column, each in enumerate(wanted):
            missed = np.where(held.own[:, column] > 0, 0.0, held.shares[:, column] * held.sizes)
            missed = missed / (missed.sum() or 1.0)
            kinds = [(float(pi), float(m)) for pi, m in zip(row, missed, strict=True) if m > 0]
            result.append(Reached(chances.by_class[each.intent], kinds))
        return result
    return _by_score(intents, weights, held.positives, everything, budget, least, auc)


def _by_score(
    intents: Sequence[PlannedIntent],
    weights: Sequence[float],
    positives: FloatArray,
    everything: float,
    budget: float,
    least: float,
    auc: float,
) -> list[Reached]:
    apart = math.sqrt(2) * NormalDist().inv_cdf(auc)
    own = np.array([intent.own for intent in intents])
    ppv = np.array([intent.wanted.ppv for intent in intents])
    rest = np.maximum(everything - own, 1e-9)
    odds = np.maximum(own * ppv * (1 - R_STAR) / R_STAR / rest, 1e-12)
    worth = np.array(weights) * R_STAR**2 / positives**2
    gained = worth * _score(_shuffled(len(intents)), apart, odds)
    beside = gained.mean(axis=0).sum() - gained.mean(
        axis=0
    )  # what a ticket of an intent is worth to the others
    tickets = np.sqrt(gained.sum(axis=1))
    theirs = np.sqrt(worth * ppv + beside)
    missed = np.sqrt(worth * _score(_ranks(RANKS)[:, np.newaxis] + apart, apart, odds) + beside)
    base = max(EVENLY * budget / everything, least)
    sizes = np.concatenate([own, np.full(TICKETS, max(everything - own.sum(), 0.0) / TICKETS)])
    over = max(budget - base * everything, 0.0)
    _, k = spread(np.concatenate([theirs, tickets]), over, 0.0, sizes)
    hits, misses = (np.minimum(base + k * gains, 1.0) for gains in (theirs, missed))
    return [
        Reached(float(hit), [(float(pi), 1 / RANKS) for pi in misses[:, column]])
        for column, hit in enumerate(hits)
    ]


def _ranks(n: int) -> FloatArray:
    return np.array([NormalDist().inv_cdf((at + 0.5) / n) for at in range(n)])


@cache
def _shuffled(intents: int) -> FloatArray:
    """Tickets that are none of the intents', each with a rank among them by each intent's score."""
    rng, ranks = np.random.default_rng(17), _ranks(TICKETS)
    return np.stack([rng.permutation(ranks) for _ in range(intents)], axis=1)


def _score(at: FloatArray, apart: float, odds: FloatArray) -> FloatArray:
    """The chance of being the intent's, of a ticket so high among those predicted otherwise."""
    likelier = np.exp(np.minimum(apart * at - apart**2 / 2, 50.0)) * odds
    return np.asarray(likelier / (1 + likelier))
