"""Labels that were chosen by prediction or by score: what they count, and whether they tell recall."""

from datetime import timedelta
from random import Random
from typing import Any

import numpy as np
import pytest

from monitor.domain.detection import detector as detecting
from monitor.domain.detection import outcomes as arrays
from monitor.domain.detection.detector import Detector
from monitor.domain.events.microseconds import to_us
from monitor.domain.events.types import Design
from monitor.domain.judging.judge import Coverage
from monitor.domain.judging.state import CellState
from monitor.domain.recall.estimate import Method
from monitor.domain.recall.intervals import FloatArray
from monitor.domain.recall.reading import reading
from reports.words.reasons import sentence
from tests.evaluate.labelled import HIT, LabelledWorld
from tests.stored import NOON, label, take


def test_recall_and_its_interval_are_the_published_vector(labelled: LabelledWorld) -> None:
    labelled.outcomes("h" * 40 + "m" * 6)

    labels = labelled.evaluate().labels
    once = reading(labels.tally.weighed, labels.min_probability, watched=False)
    assert (round(once.recall or 0, 4), once.method) == (0.25, Method.ODDS_SHIFT)
    assert [round(limit, 4) for limit in once.interval] == [0.1231, 0.4903]
    assert labels.reading.method is Method.SHIFTED_SEQUENCE


def _straight(state: CellState, hits: list[bool], weights: FloatArray) -> Detector:
    """The bet over these outcomes, all labelled a day after noon, with the cell's own money."""
    assert state.held.income is not None
    known = [to_us(NOON + timedelta(days=1))] * len(hits)
    came = arrays.outcomes(hits, weights, range(1, len(hits) + 1), known)
    return detecting.advance(detecting.fresh(), 0.78, state.held.income, came)[0]


def test_the_first_weighted_label_leaves_the_bets_on_labels_of_other_designs_as_they_are(
    labelled: LabelledWorld,
) -> None:
    unknown: dict[str, Any] = {}
    uniform = {"design": Design.UNIFORM, "probability": 0.1}
    labelled.outcomes("hhm" * 5, uniform, uniform)
    state = labelled.evaluate()
    assert not state.bet.weighted
    labelled.outcomes("hhm")
    labelled.outcomes("hh", unknown, unknown)
    state = labelled.evaluate()

    assert state.bet.weighted
    assert state.bet.detector is not None
    hits = [x == "h" for x in "hhm" * 5 + "hhm" + "hh"]
    # By prediction: 2.5/50 before there is a hit, then by twice the heaviest hit so far, or a third of the heaviest.
    weights = np.array([1.0] * 15 + [2.5 / 50, 2.5 / 5, 3.0] + [1.0] * 2)
    expected = _straight(state, hits, weights)
    assert state.bet.detector.evidence == pytest.approx(expected.evidence, rel=1e-9)


def test_a_correction_of_the_only_weighted_label_makes_all_labels_count_alike_again(
    labelled: LabelledWorld,
) -> None:
    uniform = {"design": Design.UNIFORM, "probability": 0.1}
    labelled.outcomes("hhm", uniform, uniform)
    (name,) = labelled.outcomes("m")
    assert labelled.evaluate().bet.weighted
    take(labelled.store, label(name, "erasure", revision=2, **uniform))
    state = labelled.evaluate()

    assert not state.bet.weighted
    assert state.bet.detector is not None
    expected = _straight(state, [True, True, False, False], np.ones(4))
    assert state.bet.detector.evidence == pytest.approx(expected.evidence, rel=1e-9)


def test_corrected_weighted_labels_end_where_a_right_history_ends(labelled: LabelledWorld) -> None:
    rng = Random(7)
    names = labelled.outcomes("".join(rng.choice("hhhhm") for _ in range(600)))
    labelled.evaluate()
    wrong = rng.sample(names, 30)
    for revision in (2, 3):
        for name in wrong:
            is_ = "other" if revision == 2 else "erasure"
            take(labelled.store, label(name, is_, revision=revision, **HIT))
        labelled.evaluate()
    once = labelled.evaluate()
    afresh = labelled.evaluate(sampling={"min_probability": 0.01})
    afresh = labelled.evaluate()
    assert once.bet.detector is not None
    assert afresh.bet.detector is not None
    assert once.bet.detector.evidence == pytest.approx(afresh.bet.detector.evidence, rel=1e-6)
    assert once.labels.tally == afresh.labels.tally


def test_another_smallest_probability_weighs_everything_anew_and_counts_what_it_caps(
    labelled: LabelledWorld,
) -> None:
    labelled.outcomes("h" * 40 + "m" * 6)
    assert labelled.evaluate().labels.tally.weighed.misses.total == 300
    state = labelled.evaluate(sampling={"min_probability": 0.1})
    assert (state.labels.tally.weighed.misses.total, state.labels.tally.weighed.clipped) == (60, 6)
    assert (state.labels.tally.hits, state.labels.tally.misses) == (40, 6)


@pytest.mark.parametrize("design", [Design.UNKNOWN, Design.UNIFORM, Design.BY_PREDICTION])
def test_labels_only_where_the_intent_was_predicted_are_never_ok(
    labelled: LabelledWorld, design: Design
) -> None:
    chosen: dict[str, Any] = {"design": design, "probability": None if design is Design.UNKNOWN else 1.0}
    for _ in range(300):
        labelled.outcome("erasure", **chosen)
        labelled.predict("cancel")

    state = labelled.evaluate()

    assert (state.judgement.coverage, state.labels.identified) == (Coverage.BLIND, False)
    assert sentence(state.judgement.reasons[0]).startswith(
        "verification bias: labels exist only for tickets predicted as erasure, where every label is a hit;"
        " no label among 300 predictions of cancel; all that is known is that recall is at least 0."
    )


def test_labels_that_reach_every_class_can_tell_recall(labelled: LabelledWorld) -> None:
    for _ in range(60):
        labelled.outcome("erasure", design=Design.UNIFORM, probability=0.5)
        labelled.outcome("cancel", "cancel", design=Design.UNIFORM, probability=0.5)
    state = labelled.evaluate()
    assert (state.judgement.coverage, state.labels.identified) == (Coverage.SEEN, True)


def test_labels_of_cut_weights_are_not_bet_on_and_the_intent_is_blind_until_the_smallest_chance_is_mended(
    labelled: LabelledWorld,
) -> None:
    hit, miss = (
        {"design": Design.BY_PREDICTION, "probability": 0.002},
        {"design": Design.BY_PREDICTION, "probability": 0.005},
    )
    labelled.outcomes("hmm" * 30, hit, miss)
    state = labelled.evaluate()

    assert (state.bet.broken, state.judgement.coverage) == (False, Coverage.BLIND)
    assert (
        "weights are cut: 90 of 90 labels were chosen with a smaller chance than sampling.min_probability (0.02), so"
        " what they stand for is not known, and labels of their design are not bet on; set it to 0.002 or less"
    ) in [sentence(reason) for reason in state.judgement.reasons]
    mended = labelled.evaluate(sampling={"min_probability": 0.002})
    assert mended.labels.reading.recall == pytest.approx(30 * 500 / (30 * 500 + 60 * 200))
    assert not any(sentence(reason).startswith("weights are cut") for reason in mended.judgement.reasons)


def test_one_label_by_score_among_labels_of_unknown_design_leaves_the_page_where_it_was(
    labelled: LabelledWorld,
) -> None:
    unknown: dict[str, Any] = {}
    labelled.outcomes("hhh", unknown, unknown)
    labelled.outcome("erasure", design=Design.BY_SCORE, probability=0.03)
    labelled.outcomes("m" * 14, unknown, unknown)

    assert labelled.evaluate(sampling={"min_probability": 0.01}).bet.broken
