"""What each cell may bet with, and when: by hand, and the same however it is reckoned."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.detection.money import Income, Purse, Rate, first_purse, per_weight_day, steady, weights
from monitor.domain.events.microseconds import DAY_US

RELEASE = datetime(2026, 3, 1, tzinfo=UTC)


def deposits(income: Income, days: list[float], last: float | None = None, seen: int = 0) -> list[float]:
    """What joins before outcomes that became known on these days, behind others."""
    times = np.array([int(day * DAY_US) for day in days], np.int64)
    money = income.deposits(None if last is None else int(last * DAY_US), times, seen)
    return [float(joins) for joins in money]


def test_the_first_outcome_has_the_gift_and_the_money_of_the_days_since_the_release() -> None:
    income = Income((Rate(10 * DAY_US, 0.002),), gift=0.0125)
    assert deposits(income, [13]) == pytest.approx([0.0125 + 3 * 0.002])
    assert deposits(income, [13], last=10, seen=1) == pytest.approx([0.006])


def test_each_outcome_has_the_money_of_the_time_since_the_last_one() -> None:
    income = Income((Rate(0, 0.002),))
    assert deposits(income, [1, 1.5, 1.5, 9]) == pytest.approx([0.002, 0.001, 0, 0.015])


def test_an_outcome_from_before_the_release_brings_the_gift_alone() -> None:
    income = Income((Rate(10 * DAY_US, 0.002),), gift=0.01)
    assert deposits(income, [7, 8, 12]) == pytest.approx([0.01, 0, 0.004])


def test_times_out_of_order_add_nothing_twice() -> None:
    income = Income((Rate(0, 0.002),), gift=0.01)
    assert deposits(income, [5, 2, 4, 6, 3]) == pytest.approx([0.02, 0, 0, 0.002, 0])
    assert deposits(income, [2, 6], last=5, seen=1) == pytest.approx([0, 0.002])


def test_no_outcome_is_bet_on_with_more_than_a_twentieth_of_a_page() -> None:
    assert deposits(Income((Rate(0, 0.001),), gift=0.12), [1, 2, 99, 99]) == pytest.approx(
        [0.051, 0.051, 0.07, 0.0]  # by the day .001, .001 and .05 of .097, and the gift in three parts
    )


def test_the_money_between_two_outcomes_is_that_of_every_rate_in_between() -> None:
    income = Income((Rate(0, 0.001), Rate(10 * DAY_US, 0.003), Rate(12 * DAY_US, 0.002)))
    # Days 9 to 14: one at .001, two at .003, two at .002.
    assert deposits(income, [9, 14, 20]) == pytest.approx([0.009, 0.001 + 0.006 + 0.004, 0.012])


def test_rounding_where_a_rate_begins_takes_nothing_back() -> None:
    income = Income((Rate(0, 7e-6), Rate(5 * DAY_US, 1e-7), Rate(86 * DAY_US, 0.001)))
    # A microsecond before the third rate and at it: without a limit rounding could take something back.
    assert min(income.deposits(None, np.array([86 * DAY_US - 1, 86 * DAY_US]))) >= 0


def test_a_cell_without_a_rate_has_no_money() -> None:
    assert deposits(Income((), gift=0.5), [1, 2]) == [0, 0]
    assert Income(()).per_day == 0


def test_another_rate_changes_nothing_of_what_was_bet_with_before() -> None:
    before = Income((Rate(0, 0.001),), gift=0.01)
    after = before.with_rate(20 * DAY_US, 0.0005)
    assert deposits(after, [3, 8, 20]) == deposits(before, [3, 8, 20])
    assert deposits(after, [3, 8, 24]) == pytest.approx([0.013, 0.005, 0.012 + 0.002])
    assert (before.per_day, after.per_day) == (0.001, 0.0005)


def test_the_same_rate_again_is_the_same_income() -> None:
    income = Income((Rate(0, 0.001),))
    assert income.with_rate(5 * DAY_US, 0.001) is income


def test_two_rates_of_the_same_moment_are_the_later_of_them() -> None:
    income = Income((Rate(0, 0.001),)).with_rate(5 * DAY_US, 0.002).with_rate(5 * DAY_US, 0.003)
    assert income.rates == (Rate(0, 0.001), Rate(5 * DAY_US, 0.003))


incomes = st.builds(
    lambda steps, gift: Income(
        tuple(Rate(int(day * DAY_US), per_day) for day, per_day in sorted(dict(steps).items())), gift
    ),
    st.lists(st.tuples(st.floats(0, 400), st.floats(0, 0.01)), min_size=1, max_size=6),
    st.sampled_from([0.0, 0.0125, 0.2]),
)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(
    income=incomes,
    days=st.lists(st.floats(-5, 500), min_size=1, max_size=40),
    cuts=st.lists(st.integers(0, 40), max_size=5),
)
def test_however_the_outcomes_are_cut_the_money_is_the_same_to_the_last_bit_and_never_more_than_came_in(
    income: Income, days: list[float], cuts: list[int]
) -> None:
    whole = deposits(income, days)
    parts: list[float] = []
    for begin, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(days)], strict=True):
        last = max(days[:begin]) if days[:begin] else None
        parts += deposits(income, days[begin:end], last, begin)

    assert parts == whole
    assert min(whole) >= 0
    assert sum(whole) <= (income.gift + income.upto(np.array([int(max(days) * DAY_US)]))[0]) * (1 + 1e-12)


def test_the_first_release_ever_has_a_quarter_of_a_years_money_at_hand() -> None:
    assert first_purse(RELEASE, 2.0) == Purse(0.5, RELEASE)


def test_the_purse_fills_with_half_of_a_years_money_and_never_above_that() -> None:
    purse = Purse(0.0, RELEASE)
    assert purse.at(RELEASE, 1.0) == 0
    assert purse.at(RELEASE + timedelta(days=73), 1.0) == pytest.approx(0.1)
    assert purse.at(RELEASE + timedelta(days=365), 3.0) == pytest.approx(1.5)
    assert purse.at(RELEASE + timedelta(days=1000), 1.0) == 0.5


def test_what_was_lent_is_paid_back_first() -> None:
    assert Purse(-0.1, RELEASE).at(RELEASE + timedelta(days=146), 1.0) == pytest.approx(0.1)


def test_a_clock_that_was_set_back_takes_nothing_out_of_the_purse() -> None:
    assert Purse(0.3, RELEASE).at(RELEASE - timedelta(days=9), 1.0) == 0.3


def test_where_nothing_is_watched_nothing_is_given() -> None:
    assert per_weight_day(0, 1.0) == 0


@pytest.mark.parametrize("budget", [0, -1, float("nan"), float("inf")])
def test_a_budget_of_nothing_is_refused(budget: float) -> None:
    with pytest.raises(ValueError, match="false_pages_per_year"):
        per_weight_day(1, budget)


def test_slices_share_a_quarter_of_what_their_intent_gets() -> None:
    cells = [("gdpr", "gdpr"), ("refund", "refund"), ("email", "refund"), ("app", "refund")]
    shares = weights(cells, {"gdpr": 3.0})

    assert shares == {"gdpr": 3.0, "refund": 0.75, "email": 0.125, "app": 0.125}
    assert sum(shares.values()) == 4


def test_a_slice_that_is_watched_without_its_intent_has_a_quarter_of_its_weight() -> None:
    assert weights([("email", "refund")], {"refund": 2.0}) == {"email": 0.5}


@settings(max_examples=50, derandomize=True, deadline=None)
@given(slices=st.lists(st.integers(0, 30), max_size=20), weight=st.floats(0.01, 100))
def test_slices_take_nothing_from_other_intents(slices: list[int], weight: float) -> None:
    wholes = [str(intent) for intent in range(len(slices))]
    cells = [(whole, whole) for whole in wholes]
    cells += [
        (f"{whole}/{n}", whole) for whole, number in zip(wholes, slices, strict=True) for n in range(number)
    ]

    assert sum(weights(cells, dict.fromkeys(wholes, weight)).values()) == pytest.approx(weight * len(wholes))


@pytest.mark.parametrize("strays", [(), (1,), (4,), (0, 7)])
def test_a_few_outcomes_of_another_clock_move_the_time_nowhere(strays: tuple[int, ...]) -> None:
    days = np.arange(12)
    told = days * DAY_US
    told[list(strays)] = 900 * DAY_US
    times = np.maximum.accumulate(steady((), told)) / DAY_US
    assert (times[5:] <= days[5:]).all()
    assert (times[5:] >= days[5:] - 3).all()


@given(st.lists(st.integers(0, 10**15), min_size=1, max_size=30), st.integers(0, 30))
def test_the_time_as_of_an_outcome_is_the_same_however_the_stream_is_cut(times: list[int], cut: int) -> None:
    whole = steady((), np.array(times))
    first, rest = times[:cut], times[cut:]
    parts = [steady((), np.array(first, np.int64)), steady(first[-4:], np.array(rest, np.int64))]
    assert np.concatenate(parts).tolist() == whole.tolist()


def test_the_order_of_the_cells_changes_no_rate() -> None:
    rng = np.random.default_rng(5)
    shares = [0.75] * 20 + [0.25 / 3] * 60
    for _ in range(50):
        assert per_weight_day(sum(rng.permutation(shares).tolist()), 1.0) == per_weight_day(20.0, 1.0)


def test_a_purse_that_was_filled_for_a_larger_budget_holds_no_more_than_the_smaller_fills_it() -> None:
    assert Purse(6.0, RELEASE).at(RELEASE, 1.0) == 0.5
