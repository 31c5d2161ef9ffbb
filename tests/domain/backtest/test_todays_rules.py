"""The rules that people use today, on streams small enough to work out by hand."""

from scipy.stats import hypergeom

from monitor.domain.backtest.todays_rules import PromisedRecall, daily_fisher, rolling_mean, three_deviations

PROMISE = PromisedRecall(0.8, 45, 50)


def test_a_rolling_mean_waits_for_its_window_and_alarms_only_below_the_floor() -> None:
    rule = rolling_mean(5)
    assert rule([0] * 4, [0] * 4, PROMISE) is None
    assert rule([1, 1, 1, 1, 0], [0] * 5, PROMISE) is None  # .8 is the floor, not below it
    assert rule([1, 1, 1, 1, 0, 1, 0], [0] * 7, PROMISE) == 6  # outcomes 3 to 7: .6


def test_three_deviations_take_the_first_fortnight_for_normal_and_look_once_a_day() -> None:
    days = [day for day in range(14) for _ in range(2)] + [14] * 4
    normal = [1, 1, 1, 0] * 7  # recalls 1, .5, 1, .5 ...: mean .75, deviation .2594, limit -.028
    assert three_deviations([*normal, 0, 0, 0, 0], days, PROMISE) is None
    steady = [1, 1] * 13 + [1, 0]  # mean .9643, deviation .1336, limit .5634
    assert three_deviations([*steady, 1, 0, 0, 0], days, PROMISE) == 31
    assert three_deviations([*steady, 1, 1, 1, 0], days, PROMISE) is None


def test_a_fisher_test_holds_a_day_against_the_anchor() -> None:
    # 2 of 5 today, 45 of 50 offline: the chance of at most 2 hits among the 5 of 55 that hold 47 hits.
    assert hypergeom.cdf(2, 55, 47, 5) > 0.01
    assert daily_fisher([1, 1, 0, 0, 0], [3] * 5, PROMISE) is None
    assert hypergeom.cdf(1, 55, 46, 5) < 0.01
    assert daily_fisher([1, 1, 1, 1, 0, 0, 0, 0], [1, 1, 1, 2, 2, 2, 2, 2], PROMISE) == 7


def test_no_outcome_is_no_alarm() -> None:
    for rule in (rolling_mean(15), three_deviations, daily_fisher):
        assert rule([], [], PROMISE) is None
