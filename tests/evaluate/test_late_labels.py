"""Labels that come late or not at all: who is judged meanwhile, and that their silence is noticed."""

from datetime import timedelta

import pytest

from monitor.domain.judging.judge import Coverage, Verdict
from reports.words.reasons import sentence
from tests.evaluate.labelled import LabelledWorld
from tests.stored import label, take


def test_where_misses_are_labelled_sooner_only_mature_predictions_are_judged(labelled: LabelledWorld) -> None:
    """Recall is .88 all along; a young cohort shows its misses first, which would page."""
    for hour in range(0, 240, 2):
        miss = hour % 16 == 0
        labelled.outcome(*(("cancel",) if miss else ("erasure",)), hours=hour, after=1 if miss else 48)
    for hour in range(240, 264):  # many a day, of which only the misses have been labelled yet
        labelled.outcome("cancel", hours=hour, after=0.5)
    state = labelled.evaluate(timedelta(hours=265))

    assert state.labels.maturity_s == pytest.approx(48 * 3600)
    assert sentence(state.judgement.reasons[-1]) == (
        "misses are labelled sooner than hits: only predictions older than 2.0 days are judged"
    )
    assert not state.bet.broken
    assert state.bet.detector is not None
    assert state.bet.detector.outcomes == 109
    later = labelled.evaluate(timedelta(hours=312))
    assert later.bet.broken  # nobody labelled a hit of those hours


def test_the_age_that_counts_falls_again_when_labels_come_sooner_again(labelled: LabelledWorld) -> None:
    """A week of holidays: hits wait three weeks for their labels; then they take two days, as ever."""

    def days(begin: int, end: int, after: float) -> None:
        for hour in range(24 * begin, 24 * end, 1):
            miss = hour % 8 == 0
            labelled.outcome(*(("cancel",) if miss else ("erasure",)), hours=hour, after=1 if miss else after)

    days(0, 8, 500)
    slow = labelled.evaluate(timedelta(days=30))
    assert slow.labels.maturity_s == pytest.approx(500 * 3600)
    days(30, 60, 48)
    assert labelled.evaluate(timedelta(days=62)).labels.maturity_s == pytest.approx(
        500 * 3600
    )  # both are recent
    days(62, 95, 48)
    assert labelled.evaluate(timedelta(days=97)).labels.maturity_s == pytest.approx(48 * 3600)
    days(97, 140, 47)
    assert labelled.evaluate(timedelta(days=142)).labels.maturity_s == pytest.approx(48 * 3600)  # near enough


def test_a_rush_of_quick_misses_does_not_make_young_predictions_count(labelled: LabelledWorld) -> None:
    for hour in range(0, 480, 2):
        miss = hour % 16 == 0
        labelled.outcome(*(("cancel",) if miss else ("erasure",)), hours=hour, after=1 if miss else 48)
    assert labelled.evaluate(timedelta(hours=530)).labels.maturity_s == pytest.approx(48 * 3600)
    for number in range(900):
        labelled.outcome("cancel", hours=530 + number / 60, after=0.5)
    state = labelled.evaluate(timedelta(hours=560))
    assert state.labels.maturity_s == pytest.approx(48 * 3600)


def test_labels_of_equal_delay_are_judged_at_once(labelled: LabelledWorld) -> None:
    for hour in range(0, 240, 2):
        labelled.outcome("cancel" if hour % 16 == 0 else "erasure", hours=hour, after=24)
    state = labelled.evaluate(timedelta(hours=264))
    assert state.labels.maturity_s is None
    assert state.bet.detector is not None
    assert state.bet.detector.outcomes == 120


def daily(labelled: LabelledWorld, days: int, intent: str = "erasure", begin: int = 0) -> None:
    for day in range(begin, begin + days):
        for hour in range(9, 17):
            labelled.outcome(intent, intent, hours=24 * day + hour, after=0.5)


def test_labels_that_stopped_are_reported_against_the_configured_days(labelled: LabelledWorld) -> None:
    daily(labelled, 4)
    daily(labelled, 4, "cancel")
    state = labelled.evaluate(timedelta(days=6, hours=18))
    assert state.judgement.coverage is Coverage.STALE
    assert sentence(state.judgement.reasons[0]).startswith(
        "no labels for 3 days 2 h: the longest tolerated is 3 days"
    )


def test_an_intent_of_every_day_is_missed_by_its_own_rhythm_while_the_rest_goes_on(
    labelled: LabelledWorld,
) -> None:
    daily(labelled, 21)
    daily(labelled, 28, "cancel")
    state = labelled.evaluate(timedelta(days=27, hours=18))
    assert state.judgement.coverage is Coverage.STALE
    assert sentence(state.judgement.reasons[0]).startswith(
        "no labels of erasure for 7 days 2 h: by its own rhythm"
    )


def test_predictions_that_stopped_are_reported(labelled: LabelledWorld) -> None:
    daily(labelled, 8)
    daily(labelled, 8, "cancel")
    name = labelled.predict("erasure", 7 * 24)
    take(labelled.store, label(name, "erasure", hours=24 * 13))
    state = labelled.evaluate(timedelta(days=14, hours=2))
    assert any(sentence(reason).startswith("no predictions for") for reason in state.judgement.reasons)


def test_silence_neither_resolves_nor_hides_a_page(labelled: LabelledWorld) -> None:
    labelled.outcomes("m" * 30, {}, {})
    assert labelled.evaluate().bet.broken
    state = labelled.evaluate(timedelta(days=40))
    assert (state.bet.broken, state.judgement.verdict) == (True, Verdict.DEGRADED)
    assert any("no labels for" in sentence(reason) for reason in state.judgement.reasons)
