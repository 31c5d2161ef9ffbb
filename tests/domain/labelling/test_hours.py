"""Strays at either end of a stream: at most one event in fifty, apart from the rest."""

import numpy as np
import pytest

from monitor.domain.labelling.hours import STRAYS, in_line

WEEKDAYS = [24 * day + hour for day in range(28) if day % 7 < 5 for hour in range(9, 17)]


def steady(hours: int = 600, each: int = 2) -> dict[int, int]:
    return dict.fromkeys(range(hours), each)


@pytest.mark.parametrize("apart", [20, 24, 200, 100_000])
@pytest.mark.parametrize("strays", [1, 24])
def test_what_is_stamped_behind_a_silence_does_not_end_it(apart: int, strays: int) -> None:
    events = steady() | {600 + apart: strays}
    assert strays <= sum(events.values()) // STRAYS
    assert in_line(events)[-1] == 599


def test_strays_spread_over_the_silence_do_not_end_it_either() -> None:
    events = steady() | {600 + 10 * number: 1 for number in range(1, 24)}
    assert in_line(events)[-1] == 599


def test_more_than_one_in_fifty_is_a_stream_that_flows_again() -> None:
    assert in_line(steady() | {900: 25})[-1] == 900


def test_as_many_hours_as_ever_are_a_stream_that_flows_again_with_less() -> None:
    # 20 an hour, then two days of silence, then one an hour: half of some 12 own hours, half of them with one.
    for hours, believed in ((3, 599), (4, 651), (100, 747)):
        events = steady(each=20) | dict.fromkeys(range(648, 648 + hours), 1)
        assert hours < sum(events.values()) / STRAYS
        assert in_line(events)[-1] == believed


@pytest.mark.parametrize("each", [1, 60])
def test_a_weekend_is_no_silence(each: int) -> None:
    events = dict.fromkeys(WEEKDAYS, each)
    monday = 28 * 24 + 9
    assert in_line(events | {monday: 1})[-1] == monday


def test_a_stray_of_long_ago_is_no_beginning_and_takes_nothing_from_the_end() -> None:
    events = steady()
    for long_ago in (-26, -200, -90_000):
        assert in_line(events | {long_ago: 3}).tolist() == list(range(600))
    assert in_line(events | {-20: 3})[0] == -20  # within a day it does no harm


def test_under_fifty_events_nobody_can_tell_a_stray() -> None:
    events = dict.fromkeys(range(48), 1)
    assert in_line(events | {900: 1})[-1] == 900
    assert in_line({}).tolist() == []


def test_a_stream_younger_than_a_week_has_strays_behind_more_than_a_day_and_twice_its_longest_pause() -> None:
    young = {
        hour: 5 for day in range(4) for hour in range(24 * day, 24 * day + 8)
    }  # 17 hours from one to the next
    end = max(young)
    assert in_line(young | {end + 35: 1})[-1] == end
    assert in_line(young | {end + 34: 1})[-1] == end + 34


@pytest.mark.parametrize("seed", range(20))
def test_wherever_the_strays_fall_the_ends_stay_within_a_day(seed: int) -> None:
    rng = np.random.default_rng(seed)
    events = {hour: int(n) for hour, n in enumerate(rng.poisson(3, 600)) if n}
    clean = in_line(events)
    few = sum(events.values()) // (STRAYS + 1)
    for hour in rng.integers(-5_000, 6_000, few).tolist():
        events[hour] = events.get(hour, 0) + 1
    with_strays = in_line(events)
    assert abs(int(with_strays[-1] - clean[-1])) <= 24
    assert abs(int(with_strays[0] - clean[0])) <= 24
