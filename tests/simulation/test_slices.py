"""The slices that explain an incident are found as often as was measured, and none where none was planted."""

from functools import lru_cache

import numpy as np
import pytest
from scipy.stats import binom

from monitor.domain.slices.causes import CauseKind, explain, leading
from monitor.domain.slices.conjunctions import Tickets
from tests.simulation.planted import NAMES, VALUES, attributes, incident

INCIDENTS = 200
# Labelled positives; the planted slice is first, is in the first three.
TABLE = [(40, 0.37, 0.50), (80, 0.66, 0.79), (160, 0.85, 0.94), (320, 0.94, 0.99)]


@lru_cache
def hits(positives: int) -> tuple[float, float]:
    rng = np.random.default_rng(positives)
    first = among_three = 0
    for _ in range(INCIDENTS):
        made = incident(positives, int(rng.choice([1, 2, 3], p=[0.60, 0.25, 0.15])), rng)
        slices = [frozenset(conditions) for conditions in leading(made.tickets, 3)]
        first += bool(slices) and slices[0] in made.planted
        among_three += any(conditions in made.planted for conditions in slices)
    return first / INCIDENTS, among_three / INCIDENTS


@pytest.mark.parametrize(("positives", "first", "among_three"), TABLE)
def test_a_planted_slice_is_found_as_often_as_measured(
    positives: int, first: float, among_three: float
) -> None:
    # .05 as docs/statistics-reference.md says, and what 200 draws scatter around it.
    for share, expected in zip(hits(positives), (first, among_three), strict=True):
        assert share >= expected - 0.05 - 1.64 * (expected * (1 - expected) / INCIDENTS) ** 0.5


@pytest.mark.parametrize("positives", [80, 160])
def test_where_nothing_is_planted_a_finding_is_rare(positives: int) -> None:
    rng = np.random.default_rng(1_000 + positives)
    false = sum(
        any(cause.significant for cause in explain(incident(positives, 0, rng).tickets, rng=rng))
        for _ in range(INCIDENTS)
    )
    assert false <= binom.ppf(0.95, INCIDENTS, 0.07)


def test_a_slice_that_was_weak_offline_too_is_not_called_new() -> None:
    rng = np.random.default_rng(5)
    called = []
    for _ in range(40):
        sides = []
        for count in (320, 400):  # live, and the anchor's
            codes = attributes(count, rng)
            recall = np.where(codes[:, 0] == 1, 0.45, 0.87)
            sides.append(Tickets(NAMES, VALUES, codes, rng.random(count) > recall))
        live, anchor = sides
        called += [cause.kind for cause in explain(live, anchor, rng=rng, at_most=1)]
    assert called.count(CauseKind.NEW) <= 4  # .03 to .11 falsely new with 150 to 400 anchor positives
    assert called.count(CauseKind.ALWAYS) >= 30


def test_a_slice_that_broke_since_is_called_new() -> None:
    rng = np.random.default_rng(6)
    called = []
    for _ in range(40):
        made = incident(320, 1, rng)
        codes = attributes(400, rng)
        anchor = Tickets(NAMES, VALUES, codes, rng.random(400) > 0.87)
        called += [cause.kind for cause in explain(made.tickets, anchor, rng=rng, at_most=1)]
    assert called.count(CauseKind.NEW) >= 30  # .93 of true findings confirmed
