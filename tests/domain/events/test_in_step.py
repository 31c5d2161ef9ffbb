"""A time that is far from those around it becomes theirs; honest jitter, pauses and long delays stay."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from monitor.domain.events.in_step import in_step, in_step_us
from monitor.domain.events.microseconds import from_us, to_us

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def hourly(count: int, begin: datetime = NOON) -> list[datetime]:
    return [begin + number * HOUR for number in range(count)]


@pytest.mark.parametrize("place", [0, 1, 7, 38, 39])
@pytest.mark.parametrize("stray", [NOON - 3_700 * DAY, NOON - 5 * DAY, NOON + 6 * DAY, NOON + 26_000 * DAY])
def test_one_far_from_the_rest_becomes_theirs_and_the_rest_stays(place: int, stray: datetime) -> None:
    times = hourly(40)
    steadied = in_step([*times[:place], stray, *times[place + 1 :]])
    assert abs(steadied[place] - times[place]) <= 21 * HOUR
    assert steadied[:place] + steadied[place + 1 :] == times[:place] + times[place + 1 :]


def test_honest_times_stay_as_they_are() -> None:
    rng = np.random.default_rng(4)
    jittered = [at + float(days) * DAY for at, days in zip(hourly(400), rng.exponential(2, 400), strict=True)]
    pause = [*hourly(30), *hourly(30, NOON + 60 * DAY)]
    backwards = hourly(60)[::-1]
    for times in (hourly(40), pause, backwards, [NOON] * 30, hourly(1), []):
        assert in_step(times) == times
    assert sum(a != b for a, b in zip(in_step(jittered), jittered, strict=True)) <= 8


def test_of_four_nobody_can_tell() -> None:
    times = [*hourly(3), NOON + 300 * DAY]
    assert in_step(times) == times
    assert in_step([*hourly(4), NOON + 300 * DAY])[-1] == NOON + 3 * HOUR


def plainly(times: list[datetime]) -> list[datetime]:
    """The rule of the docstring, a time at a time."""
    steadied = list(times)
    seconds = [at.timestamp() for at in times]
    far_out = []
    for place, at in enumerate(seconds):
        begin = min(max(place - 10, 0), len(times) - min(21, len(times)))
        around = sorted(seconds[begin : begin + 21])
        outer = max(1, len(around) // 10)
        low, high = around[outer], around[-1 - outer]
        far = max(high - low, 86_400.0)
        if not low - far <= at <= high + far:
            far_out.append(place)
    kept = [place for place in range(len(times)) if place not in far_out]
    for place in far_out:
        steadied[place] = times[min(kept, key=lambda near: (abs(near - place), -near))]
    return steadied


@pytest.mark.parametrize("seed", range(20))
def test_it_is_the_rule_a_time_at_a_time(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(5, 120))
    strays = np.where(rng.random(count) < 0.15, rng.normal(0, 40, count), rng.exponential(0.7, count))
    pauses = np.cumsum(np.where(rng.random(count) < 0.1, 5.0, 0.05))
    times = [NOON + float(days) * DAY for days in strays + pauses]
    assert in_step(times) == plainly(times)
    in_us = in_step_us(np.array([to_us(at) for at in times], np.int64))
    assert [from_us(at) for at in in_us.tolist()] == in_step(times)
    assert seed > 10 or in_step(times) != times
