"""An annotator whose labels are misses more often than chance is named; one among honest annotators seldom is."""

from math import comb

import numpy as np
import pytest

from monitor.domain.labelling.by_annotator import AnnotatorLabels, concentrated


def test_the_chance_is_fishers_by_hand() -> None:
    counts = [AnnotatorLabels("ann", 12, 0), AnnotatorLabels("bob", 2, 6)]
    (found,) = concentrated(counts)
    by_hand = sum(comb(6, k) * comb(14, 8 - k) for k in range(6, 9) if k <= 6) / comb(20, 8)
    assert (found.annotator, found.misses, found.labels) == ("bob", 6, 8)
    assert found.chance == pytest.approx(2 * by_hand)


def test_one_annotator_alone_and_labels_alike_are_no_finding() -> None:
    assert concentrated([AnnotatorLabels("ann", 1, 50)]) == []
    assert concentrated([AnnotatorLabels("ann", 30, 10), AnnotatorLabels("bob", 30, 10)]) == []
    assert concentrated([]) == []


def test_honest_annotators_are_named_in_less_than_one_of_a_hundred_intents() -> None:
    rng = np.random.default_rng(5)
    named = 0
    for _ in range(500):
        misses = rng.binomial(25, 0.2, 6).tolist()
        named += bool(concentrated([AnnotatorLabels(str(a), 25 - k, k) for a, k in enumerate(misses)]))
    assert named <= 10


def test_one_of_six_who_slips_is_found() -> None:
    rng = np.random.default_rng(6)
    found = 0
    for _ in range(200):
        misses = [*rng.binomial(25, 0.12, 5).tolist(), int(rng.binomial(40, 0.5))]
        counts = [AnnotatorLabels(str(a), (25 if a < 5 else 40) - k, k) for a, k in enumerate(misses)]
        found += [each.annotator for each in concentrated(counts)] == ["5"]
    assert found > 160
