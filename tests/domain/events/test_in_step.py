"""A time that is far from those around it becomes theirs; honest jitter, pauses and long delays stay."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from monitor.domain.events.in_step import in_step

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
