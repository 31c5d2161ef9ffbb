"""Predictions and a budget come in; the chance of each to be labelled goes out, and whether it is drawn.

Poisson sampling: each ticket by itself, at the time of its prediction, before anybody knows its label.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from monitor.domain.events.types import Design
from monitor.domain.recall.intervals import FloatArray
from monitor.domain.sampling.classes import class_chances
from monitor.domain.sampling.scores import score_chances
from monitor.domain.sampling.wanted import Wanted

BITS = 53  # of a hash, so that a float holds each of them


class Candidate(NamedTuple):
    """A prediction that may be drawn: the intent it was `predicted` as, and its `scores` of those that are wanted."""

    prediction_id: str
    predicted: str
    scores: Mapping[str, float] = {}


def chances(
    candidates: Sequence[Candidate],
    wanted: Sequence[Wanted],
    budget: float,
    design: Design,
    least: float,
    traffic: Mapping[str, float] | None = None,
) -> FloatArray:
    """The chance `pi` of each candidate, such that `budget` of them are expected to be drawn.

    By class and by score as in `class_chances` and `score_chances`; uniform, `B/N` each. `traffic` is how predictions
    spread over the classes in general (their sum does not matter); without it, as these candidates do. `least` is the
    smallest chance there can be, the model's `sampling.min_probability`: none is below it, so where it alone comes to
    more than the budget, so many are expected to be drawn: say so to who set it.

    Assumed is that candidates are all predictions of one model version in some time, whatever became of them. A
    chance that depends on a batch's size makes weights change from batch to batch, which a bet by class does not
    like: with small batches keep a `class_chances` or `score_chances` of last week's traffic and ask that.
    Costs: about a second for 100,000 candidates and 100 intents.
    """
    predicted = [candidate.predicted for candidate in candidates]
    counted: Mapping[str, float] = traffic if traffic else Counter(predicted)
    if design is Design.BY_PREDICTION:
        part = len(candidates) / (sum(counted.values()) or 1.0)
        sized = {name: size * part for name, size in counted.items()}
        return class_chances(wanted, sized, budget, least).of(predicted)
    if design is Design.BY_SCORE:
        scores = [candidate.scores for candidate in candidates]
        return score_chances(wanted, counted, predicted, scores, budget, least)[1]
    if design is Design.UNIFORM:
        return np.full(len(candidates), min(1.0, max(least, budget / max(len(candidates), 1))))
    raise ValueError(f"tickets cannot be drawn by design {design}")


def drawn(seed: str, prediction_id: str, chance: float) -> bool:
    """Whether a prediction is drawn: its number in [0, 1) is below its chance.

    The number is a keyed hash (BLAKE2b) of the id, so the answer is the same in whatever order, batch or process it is
    asked, and a larger chance never takes a draw back. Two model versions that answered one request have the same
    number, so one label mostly serves both. A seed is a secret of a kind: who knows it can tell beforehand which
    tickets will be read. Costs: a microsecond.

    >>> drawn("seed", "a", 0.0), drawn("seed", "a", 1.0)
    (False, True)

    Ohlsson 1995, Coordination of samples using permanent random numbers.
    """
    return uniform_number(seed, prediction_id) < chance


def uniform_number(seed: str, prediction_id: str) -> float:
    """The number in [0, 1) that a prediction has under a seed."""
    key = hashlib.blake2b(seed.encode(), digest_size=32).digest()
    digest = hashlib.blake2b(prediction_id.encode(), digest_size=8, key=key).digest()
    return (int.from_bytes(digest, "big") >> (64 - BITS)) / float(1 << BITS)
