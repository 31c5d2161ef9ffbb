"""What a label counts for: section 4's vectors, when weights count at all, and that corrections leave no trace."""

from functools import partial

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.events.types import Design
from monitor.domain.recall.chances import Weight, stated_design, w_max, weight
from monitor.domain.recall.estimate import Interval, Method
from monitor.domain.recall.intervals import Weights, confidence_sequence, interval
from monitor.domain.recall.reading import reading, total_limits
from monitor.domain.recall.sums import DISTINCT, Sums
from monitor.domain.recall.weights import Weighed, weighted
from tests.domain.recall.weighed import BY_PREDICTION, BY_SCORE, UNIFORM, UNKNOWN, cell

FOUR = 6e-5


def near(low: float, high: float) -> object:
    return pytest.approx((low, high), abs=FOUR)


def test_a_label_counts_one_over_its_chance_of_having_been_chosen() -> None:
    assert weight(BY_PREDICTION, 0.4, 0.01) == Weight(2.5)
    assert weight(BY_SCORE, 0.02, 0.01) == Weight(50)
    assert weight(UNIFORM, 0.05, 0.01) == Weight(20)


def test_a_chance_below_the_smallest_is_clipped_and_reported_and_the_smallest_itself_is_not() -> None:
    assert weight(BY_SCORE, 0.01, 0.01) == Weight(100, clipped=False)
    assert weight(BY_SCORE, 0.0099, 0.01) == Weight(100, clipped=True)
    assert cell((False, BY_SCORE, 0.001, 3), (True, BY_SCORE, 0.5, 9)).clipped == 3


def test_a_label_of_unknown_chance_counts_one() -> None:
    assert weight(UNKNOWN, None, 0.01) == weight(UNKNOWN, 0.2, 0.01) == Weight(1)
    assert weight(BY_SCORE, None, 0.01) == weight(UNIFORM, None, 0.01) == Weight(1)


@pytest.mark.parametrize("smallest", [0, -0.1, 1.1, float("nan")])
def test_a_smallest_chance_that_cannot_be_is_refused(smallest: float) -> None:
    with pytest.raises(ValueError, match="min_probability"):
        w_max(smallest)


def test_weights_count_from_the_first_label_on_that_was_chosen_by_prediction_or_by_score() -> None:
    assert not weighted([])
    assert not weighted([UNIFORM, UNKNOWN])
    assert weighted([UNIFORM, BY_PREDICTION])
    assert weighted({UNKNOWN: 3, BY_SCORE: 1})


def test_a_design_without_its_chance_is_as_good_as_unknown_unless_it_is_uniform() -> None:
    assert stated_design(BY_PREDICTION, None) is UNKNOWN
    assert stated_design(BY_PREDICTION, 0.1) is BY_PREDICTION
    assert stated_design(UNIFORM, None) is UNIFORM
    assert not cell((True, BY_PREDICTION, None, 5)).weighted


def test_uniform_labels_of_one_chance_count_one_each_whatever_it_is() -> None:
    alike = cell((True, UNIFORM, 0.05, 20), (True, UNIFORM, 0.052, 10), (False, UNIFORM, 0.05, 10))

    assert (alike.recall, alike.effective_n, alike.uneven) == (0.75, 40, False)
    assert reading(alike, 0.01) == (0.75, confidence_sequence(30, 10), Method.SEQUENCE, 40)
    assert reading(alike, 0.01, watched=False) == (0.75, interval(30, 10), Method.ONE_LOOK, 40)


def test_labels_that_call_themselves_uniform_and_differ_in_chance_count_by_weight() -> None:
    uneven = cell((True, UNIFORM, 0.5, 30), (False, UNIFORM, 0.05, 10))

    assert (uneven.weighted, uneven.uneven) == (True, True)
    assert uneven.recall == pytest.approx(60 / (60 + 200))
    assert reading(uneven, 0.01).method is Method.GAMMA_MOVER
    uneven.count(False, UNIFORM, 0.05, 0.01, by=-10)
    assert (uneven.weighted, uneven.recall) == (False, 1)


def test_of_several_designs_each_label_counts_its_share_of_the_heaviest_of_its_own() -> None:
    mixed = cell((True, UNIFORM, 0.1, 30), (False, UNIFORM, 0.1, 10))
    mixed.count(True, BY_SCORE, 0.25, 0.01)
    mixed.count(False, BY_SCORE, 0.05, 0.01)

    assert mixed.several
    assert mixed.recall == pytest.approx((30 + 4 / 20) / (30 + 4 / 20 + 10 + 1))  # and not 304 of 424
    low, high = reading(mixed, 0.05).interval
    assert low < 30.2 / 41.2 < high
    assert high - low < 0.34  # as 41 labels tell
    mixed.count(True, BY_SCORE, 0.25, 0.01, by=-1)
    mixed.count(False, BY_SCORE, 0.05, 0.01, by=-1)
    assert mixed.recall == 0.75


def test_one_label_by_score_hardly_moves_the_recall_of_labels_whose_chance_nobody_knows() -> None:
    mixed = cell((True, UNKNOWN, None, 25), (False, UNKNOWN, None, 5), (False, BY_SCORE, 0.03, 1))

    assert mixed.recall == pytest.approx(25 / 31)
    assert mixed.tickets(0, 0)[1].total == pytest.approx(5 + 1 / 0.03)


def test_designs_that_share_the_classes_among_them_are_one_design() -> None:
    shared = cell((True, UNIFORM, 1.0, 40), (False, BY_PREDICTION, 0.02, 2))

    assert not shared.several
    assert shared.recall == pytest.approx(40 / 140)


def test_what_an_earlier_version_stored_is_read_and_not_sorted_out() -> None:
    stored = b'{"hits":{"counts":{"2.5":4}},"misses":{"counts":{"50.0":1}},"designs":{"by_prediction":5}}'
    old = msgspec.json.decode(stored, type=Weighed)

    assert (old.weighted, old.sorted_out) == (True, False)
    assert old.recall == pytest.approx(10 / 60)
    unknown = msgspec.json.decode(b'{"hits":{"counts":{"1.0":4}},"designs":{"unknown":4}}', type=Weighed)
    assert unknown.sorted_out


def test_without_labels_there_is_no_recall() -> None:
    assert Weighed().recall is None
    assert reading(Weighed(), 0.01) == (None, (0, 1), Method.SEQUENCE, 0)


# Section 4's vectors, through the interface.
def test_hits_of_small_weight_and_misses_of_large_by_predicted_class() -> None:
    by_class = cell((True, BY_PREDICTION, 0.4, 40), (False, BY_PREDICTION, 0.02, 6), min_probability=0.02)
    by_score = cell((True, BY_SCORE, 0.4, 40), (False, BY_SCORE, 0.02, 6), min_probability=0.02)

    recall, interval, method, effective = reading(by_class, 0.02, watched=False)
    assert (recall, method) == (0.25, Method.ODDS_SHIFT)
    assert interval == near(0.1231, 0.4903)
    assert effective == pytest.approx(400**2 / (40 * 2.5**2 + 6 * 2500))
    # By score other weights may hide unseen: B. Unless it is known better, a hit may weigh 50, too.
    assert reading(by_score, 0.02, largest=(2.5, 50)).method is Method.GAMMA_MOVER
    assert reading(by_score, 0.02, largest=(2.5, 50)).interval == near(0.1250, 0.4876)
    assert reading(by_score, 0.02).interval.low == pytest.approx(0.1250, abs=FOUR)
    assert reading(by_score, 0.02).interval.high > 0.4876


def test_hits_of_weight_one_and_no_miss_yet() -> None:
    no_miss = cell((True, BY_PREDICTION, 1.0, 25), min_probability=0.02)

    once = partial(reading, no_miss, watched=False)
    assert once(0.02)[:2] == (1, near(0.1117, 1))
    assert once(0.01).interval.low < 0.1117  # a miss could weigh 100
    assert once(0.01, miss_weights=[50.0]).interval == near(0.1117, 1)
    assert once(0.01, largest=(1, 50)).interval == near(0.1117, 1)
    none_of_score = cell((True, BY_SCORE, 1.0, 25), min_probability=0.02)
    assert reading(none_of_score, 0.02, largest=(1, 50)).interval == near(0.0806, 1)


def test_labels_by_predicted_class_that_are_looked_at_all_the_time_have_a_sequence_with_its_odds_put_right() -> (
    None
):
    by_class = cell((True, BY_PREDICTION, 0.4, 40), (False, BY_PREDICTION, 0.02, 6), min_probability=0.02)
    low, high = confidence_sequence(40, 6)

    result = reading(by_class, 0.02)
    assert (result.method, result.method.at_all_times) == (Method.SHIFTED_SEQUENCE, True)
    assert result.interval == near(low / (low + 20 * (1 - low)), high / (high + 20 * (1 - high)))
    assert not reading(by_class, 0.02, watched=False).method.at_all_times


def test_misses_of_three_weights() -> None:
    misses = [(False, BY_SCORE, 0.3, 10), (False, BY_SCORE, 0.1, 3), (False, BY_SCORE, 0.03, 1)]
    many = cell((True, BY_SCORE, 0.5, 50), *misses)

    assert many.recall == pytest.approx(0.5085, abs=FOUR)
    assert reading(many, 0.01, largest=(2, 100))[1:3] == (near(0.1757, 0.7427), Method.GAMMA_MOVER)
    assert reading(many, 0.01).interval.low == pytest.approx(0.1757, abs=FOUR)


def test_by_predicted_class_with_another_class_of_another_weight_the_odds_cannot_be_shifted() -> None:
    by_class = cell((True, BY_PREDICTION, 0.4, 40), (False, BY_PREDICTION, 0.1, 6))
    two = cell(
        (True, BY_PREDICTION, 0.4, 40), (False, BY_PREDICTION, 0.1, 6), (False, BY_PREDICTION, 0.02, 1)
    )
    stray = cell((True, BY_PREDICTION, 0.4, 40), (False, BY_PREDICTION, 0.1, 6), (True, UNKNOWN, None, 1))

    assert reading(by_class, 0.01, miss_weights=[10.0], watched=False).method is Method.ODDS_SHIFT
    assert reading(by_class, 0.01, miss_weights=[10.0]).method is Method.SHIFTED_SEQUENCE
    assert reading(by_class, 0.01, miss_weights=[10.0, 50.0]).method is Method.GAMMA_MOVER
    assert reading(two, 0.01).method is Method.GAMMA_MOVER
    assert reading(stray, 0.01).method is Method.GAMMA_MOVER


def test_no_hit_yet_keeps_recall_zero_possible_and_takes_the_largest_weight_for_one() -> None:
    result = reading(cell((False, BY_PREDICTION, 0.5, 30)), 0.1, watched=False)

    # t_U = 1 - .025^(1/30); a hit could weigh 10, a miss weighs 2.
    t = 1 - 0.025 ** (1 / 30)
    assert result.interval == near(0, 10 * t / (10 * t + 2 * (1 - t)))
    result = reading(cell((False, BY_PREDICTION, 0.5, 30)), 0.1, largest=(4, 10), watched=False)
    assert result.interval == near(0, 4 * t / (4 * t + 2 * (1 - t)))


def test_the_limits_of_a_total_of_equal_weights_are_those_of_a_poisson_count() -> None:
    # Garwood 1936: 10 events, 95 %: 4.795 to 18.39; none: 0 to 3.689.
    assert total_limits(Weights(10, 10, 1)) == pytest.approx((4.7954, 18.3904), abs=1e-4)
    assert total_limits(Weights(30, 90, 3)) == pytest.approx((3 * 4.7954, 3 * 18.3904), abs=3e-4)
    assert total_limits(Weights(0, 0, 1)) == pytest.approx((0, 3.6889), abs=1e-4)


counted = st.lists(
    st.tuples(
        st.booleans(),
        st.sampled_from(list(Design)),
        st.one_of(st.none(), st.floats(0.001, 1), st.sampled_from([0.4, 0.02])),
        st.integers(1, 3),
    ),
    max_size=60,
)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(stays=counted, goes=counted)
def test_what_is_counted_out_again_leaves_no_trace(
    stays: list[tuple[bool, Design, float | None, int]], goes: list[tuple[bool, Design, float | None, int]]
) -> None:
    both = cell(*goes, *stays)
    for hit, design, probability, by in goes:
        both.count(hit, design, probability, 0.01, -by)
    alone = cell(*stays)

    assert (both.designs, both.clipped) == (alone.designs, alone.clipped)
    for left, expected in ((both.hits, alone.hits), (both.misses, alone.misses)):
        assert left.n == expected.n
        assert left.total == pytest.approx(expected.total, rel=1e-9)
        assert left.squares == pytest.approx(expected.squares, rel=1e-9)
        assert left.largest >= expected.largest


@settings(max_examples=100, derandomize=True, deadline=None)
@given(first=counted, second=counted)
def test_two_parts_together_are_the_whole(
    first: list[tuple[bool, Design, float | None, int]], second: list[tuple[bool, Design, float | None, int]]
) -> None:
    merged, whole = cell(*first), cell(*first, *second)
    merged.add(cell(*second))

    assert (merged.designs, merged.clipped) == (whole.designs, whole.clipped)
    assert (merged.hits.n, merged.misses.n) == (whole.hits.n, whole.misses.n)
    assert merged.misses.total == pytest.approx(whole.misses.total)
    assert merged.misses.squares == pytest.approx(whole.misses.squares)
    assert merged.misses.largest == whole.misses.largest


def test_more_weights_than_are_counted_one_by_one_are_still_summed() -> None:
    sums = Sums()
    for number in range(1, DISTINCT + 11):
        sums.count(float(number))

    assert (len(sums.counts), sums.others, sums.n, sums.largest) == (DISTINCT, 10, 42, 42)
    assert (sums.total, sums.squares) == (42 * 43 / 2, 42 * 43 * 85 / 6)
    sums.count(1.0, by=-1)
    sums.count(42.0, by=-1)
    assert (sums.n, sums.total) == (40, 42 * 43 / 2 - 43)
    for number in range(2, DISTINCT + 10):
        sums.count(float(number), by=-1)
    assert (sums.counts, sums.others, sums.total, sums.squares, sums.largest) == ({}, 0, 0, 0, 0)


def test_parts_of_more_weights_than_are_counted_one_by_one_are_still_summed() -> None:
    parts = [Sums(), Sums()]
    for number in range(1, 81):
        parts[number % 2].count(float(number))
    parts[1].add(parts[0])

    assert (parts[1].n, parts[1].largest) == (80, 80)
    assert (parts[1].total, parts[1].squares) == (80 * 81 / 2, 80 * 81 * 161 / 6)


def test_stored_as_json_and_read_back_nothing_changes() -> None:
    weighed = cell((True, BY_PREDICTION, 1 / 3, 3), (False, BY_SCORE, 0.07, 2), (False, UNIFORM, None, 1))

    assert msgspec.json.decode(msgspec.json.encode(weighed), type=Weighed) == weighed


def test_the_interval_is_never_built_on_a_smaller_weight_than_was_seen() -> None:
    assert Sums({4.0: 2}).possible(2.0) == Weights(8, 32, 4)
    assert Sums().possible(2.0) == Weights(0, 0, 2)
    assert isinstance(reading(cell((False, BY_SCORE, 0.5, 1)), 1.0).interval, Interval)
