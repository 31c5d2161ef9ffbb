"""Agreement by hand; slips of labels that were read again because they were misses; and Dawid and Skene beside it."""

import numpy as np
import pytest
from numpy.typing import NDArray

from monitor.domain.labelling.agreement import (
    FirstLabels,
    IntentReadings,
    ReadingPair,
    model_readings,
    same_answer,
)

INTENTS = ("rare", "bug", "refund")


def test_agreement_by_hand() -> None:
    pairs = [
        ReadingPair("rare", "rare", "rare", "ann", "bob", 5),
        ReadingPair("rare", "rare", "bug", "bob", "ann", 3),
        ReadingPair("rare", "bug", "bug", "ann", "eve", 9),
        ReadingPair("bug", "bug", "bug", "ann", None, 4),
    ]
    found = model_readings(pairs, {"rare": FirstLabels(30, 20), "bug": FirstLabels(90, 10)}, 1_000)
    assert found.tickets == 21
    (rare,) = found.intents  # of bug only four were read
    assert (rare.hits.same, rare.hits.read) == (5, 5)
    assert (rare.misses.same, rare.misses.read) == (3, 12)
    assert rare.right.value == pytest.approx((30 * 1 + 20 * 0.25) / 50)
    assert rare.slips.value == pytest.approx(15 / (950 + 15))
    assert [(each.annotator, each.answers.same, each.answers.read) for each in found.annotators] == [
        ("ann", 12, 21)
    ]


def test_nothing_read_says_nothing() -> None:
    assert same_answer(0, 0).share == 1.0
    assert model_readings([], {}, 0).intents == ()


def slipped(rng: np.random.Generator, slips: float, only_misses: bool) -> tuple[IntentReadings, float]:
    """A rare intent of 2 % at .8 in 4,000 labelled tickets; sixty read again, of its misses or of all its labels.

    With what part of the others is labelled as it.
    """
    truth = rng.random(4_000) < 0.02
    labelled = truth | (rng.random(4_000) < slips)
    hit = truth & (rng.random(4_000) < 0.8)
    asked = np.flatnonzero(labelled & (~hit if only_misses else True))
    asked = rng.permutation(asked)[:60]
    pairs = [
        ReadingPair("rare", "rare" if truth[at] else "bug", "rare" if hit[at] else "bug", "ann", "bob")
        for at in asked.tolist()
    ]
    hits = int((labelled & hit).sum())
    found = model_readings(pairs, {"rare": FirstLabels(hits, int(labelled.sum()) - hits)}, 4_000)
    return found.intents[0], float(labelled[~truth].mean())


@pytest.mark.parametrize("only_misses", [True, False])
@pytest.mark.parametrize("slips", [0.002, 0.01])
def test_readings_that_were_asked_for_as_misses_say_the_same_of_slips_as_those_by_chance(
    slips: float, only_misses: bool
) -> None:
    rng = np.random.default_rng(7)
    found = [slipped(rng, slips, only_misses) for _ in range(300)]
    assert np.mean([each.slips.value for each, _ in found]) == pytest.approx(slips, rel=0.1)
    assert np.mean([each.slips.low <= true <= each.slips.high for each, true in found]) > 0.93


def dawid_skene(
    answers: NDArray[np.int64], readers: NDArray[np.int64], rounds: int = 60
) -> NDArray[np.float64]:
    """EM of Dawid & Skene (1979): each reader's rates of saying k where the truth is j, by (reader, j, k)."""
    classes, count = 3, int(readers.max()) + 1
    belief = np.zeros((len(answers), classes))
    for column in answers.T:
        belief[np.arange(len(answers)), column] += 0.5
    for _ in range(rounds):
        rates = np.full((count, classes, classes), 1e-9)
        for place in range(answers.shape[1]):
            for said in range(classes):
                rows = answers[:, place] == said
                np.add.at(rates[:, :, said], readers[rows, place], belief[rows])
        rates /= rates.sum(axis=2, keepdims=True)
        logs = np.log(belief.mean(axis=0))[np.newaxis] + sum(
            np.log(rates[readers[:, place], :, answers[:, place]]) for place in range(answers.shape[1])
        )
        belief = np.exp(logs - logs.max(axis=1, keepdims=True))
        belief /= belief.sum(axis=1, keepdims=True)
    return rates


def test_slips_by_two_readings_are_those_of_dawid_and_skene_by_four_or_a_little_more() -> None:
    rng = np.random.default_rng(3)
    truth = rng.choice(3, 8_000, p=[0.05, 0.5, 0.45])
    readers = np.array([rng.permutation(4) for _ in truth])
    says = np.array([[0.97, 0.02, 0.01], [0.01, 0.98, 0.01], [0.01, 0.01, 0.98]])
    drawn = rng.random(readers.shape)
    answers = (drawn[:, :, np.newaxis] > np.cumsum(says, axis=1)[truth][:, np.newaxis, :2]).sum(axis=2)
    rates = dawid_skene(answers, readers)
    by_em = float((rates[:, 1, 0].mean() * 0.5 + rates[:, 2, 0].mean() * 0.45) / 0.95)
    assert by_em == pytest.approx(0.01, rel=0.25)

    pairs = [ReadingPair(INTENTS[one], INTENTS[two], "bug", "a", "b") for one, two, *_ in answers.tolist()]
    first = np.bincount(answers[:, 0], minlength=3).tolist()
    labels = {name: FirstLabels(0, count) for name, count in zip(INTENTS, first, strict=True)}
    rare = next(each for each in model_readings(pairs, labels, 8_000).intents if each.intent == "rare")
    assert by_em < rare.slips.value < 1.4 * by_em  # what a second reader says wrongly counts as the first's
