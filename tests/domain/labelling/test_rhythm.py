"""A stream's own rhythm: what silence is usual for it, on weekdays and weekends, and what never is."""

import math
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import numpy as np
import pytest

from monitor.domain.labelling.hours import own_week, unusual_after
from monitor.domain.labelling.rhythm import HISTORY, Rhythm, staleness
from monitor.domain.recall.intervals import FloatArray

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def rhythm(times: list[datetime], by: int = 1) -> Rhythm:
    filled = Rhythm()
    for at in times:
        filled.count(at, by)
    return filled


def last(stream: Rhythm) -> datetime:
    assert stream.last is not None
    return stream.last


def own_hours(stream: Rhythm) -> FloatArray | None:
    return own_week(np.array(sorted(stream.hours), np.int64))


def office(weeks: int) -> list[datetime]:
    """Labels each hour from 9 to 17, Monday to Friday."""
    days = [MONDAY + day * DAY for day in range(7 * weeks) if day % 7 < 5]
    return [day + hour * HOUR + HOUR / 2 for day in days for hour in range(9, 17)]


def always(days: int) -> list[datetime]:
    return [MONDAY + hour * HOUR + HOUR / 2 for hour in range(24 * days)]


def twice_a_week(weeks: int) -> list[datetime]:
    return [MONDAY + (7 * week + day) * DAY + 10 * HOUR for week in range(weeks) for day in (1, 4)]


def test_three_days_are_usual_for_two_labels_a_week_and_not_for_five_hundred_a_day() -> None:
    few, many = rhythm(twice_a_week(4)), rhythm(always(28), by=21)

    assert not staleness(few, last(few) + 3 * DAY).stale
    assert staleness(many, last(many) + 3 * DAY).stale
    assert staleness(many, last(many) + DAY).stale
    assert not staleness(many, last(many) + 3 * HOUR).stale


def test_two_labels_a_week_are_missed_after_some_weeks_in_the_end() -> None:
    few = rhythm(twice_a_week(4))

    assert not staleness(few, last(few) + 21 * DAY).stale
    assert staleness(few, last(few) + 60 * DAY).stale


def test_the_configured_longest_silence_holds_in_any_case() -> None:
    few = rhythm(twice_a_week(4))
    at = last(few) + 3 * DAY

    assert not staleness(few, at, longest=3 * DAY).stale
    late = staleness(few, at + timedelta(seconds=1), longest=3 * DAY)
    assert (late.stale, late.due) == (True, at)
    assert (late.lasted, late.allowed, late.by_rhythm) == (3 * DAY + timedelta(seconds=1), 3 * DAY, False)
    once = rhythm([MONDAY])
    assert staleness(once, MONDAY + 4 * DAY, longest=3 * DAY).stale
    assert staleness(once, MONDAY + 400 * DAY) == staleness(once, MONDAY)  # no rhythm yet, no limit given


def test_a_weekend_is_usual_where_the_history_shows_weekends_and_a_monday_without_labels_is_not() -> None:
    stream = rhythm(office(4), by=60)
    friday = MONDAY + 25 * DAY + 16.5 * HOUR

    assert stream.last == friday
    assert not staleness(stream, MONDAY + 28 * DAY + 12 * HOUR).stale  # Monday noon
    assert staleness(stream, MONDAY + 28 * DAY + 17 * HOUR).stale  # Monday at the end of work


def test_the_same_silence_in_the_middle_of_the_week_is_not_usual() -> None:
    stream = rhythm(office(5)[:-24])  # the last label is on a Tuesday at 16:30
    tuesday = MONDAY + 29 * DAY + 16.5 * HOUR

    assert stream.last == tuesday
    assert not staleness(stream, tuesday + DAY).stale
    assert staleness(stream, tuesday + 2 * DAY).stale


def test_before_a_whole_week_is_seen_there_is_no_rhythm() -> None:
    assert own_hours(rhythm(always(6))) is None
    assert own_hours(rhythm(always(7))) is not None
    assert own_hours(Rhythm()) is None
    assert staleness(Rhythm(), MONDAY, longest=DAY) == staleness(Rhythm(), MONDAY + 99 * DAY, longest=DAY)


def test_fewer_than_five_hours_with_labels_are_no_rhythm() -> None:
    times = [MONDAY + 4 * day * DAY for day in range(5)]

    assert own_hours(rhythm(times[:4])) is None
    assert own_hours(rhythm(times)) is not None


def test_own_hours_by_hand() -> None:
    # Four weeks less the last hours: 28 days have 672 hours, the office's last is hour 617 of Friday, 16:30;
    # its first is Monday, 9:00. 25 days and 8 hours are 608 hours, 3.619 weeks.
    weeks = 608 / 168
    own = own_hours(rhythm(office(4)))
    monday_ten = (int(MONDAY.timestamp()) // 3600 + 10) % 168

    assert own is not None
    assert own[monday_ten] == pytest.approx(4.25 / weeks)
    assert own[monday_ten + 12] == pytest.approx(0.25 / weeks)  # 22:00
    assert own.sum() == pytest.approx((160 + 42) / weeks)


def test_the_limit_is_the_formula_by_hand() -> None:
    # n = 2 in W = 10 own hours of one week: 2 x 8760/168 = 104.29 gaps a year, so alpha = .1/104.29.
    assert unusual_after(2, 10.0, 1.0, 0.0) == pytest.approx(10 * (math.sqrt(1042.857) - 1), rel=1e-6)
    assert unusual_after(2, 10.0, 1.0, 400.0) == 800


def test_around_the_clock_the_due_moment_is_the_formula_by_hand() -> None:
    # 336 hours in two weeks, each counts (2 + .25)/2 = 1.125: W = 378; alpha = .1/8760; g = 0.
    stream = rhythm(always(14))
    own = 378 * ((8760 / 0.1) ** (1 / 336) - 1)
    due = staleness(stream, MONDAY).due

    assert due is not None
    assert (due - last(stream)) / HOUR == pytest.approx(own / 1.125)


def test_a_stream_in_bursts_may_be_silent_for_twice_its_longest_gap() -> None:
    # On two Mondays a fortnight apart, from 9 to 17; before dividing by the weeks an hour counts 2.25 then and
    # .25 else. Between lie 328 hours, 8 of them on a Monday: 98, so 196 are allowed. From the last label at
    # 16:30 three weeks pass 174, the half hour 1.125, and 83.5 hours the rest.
    times = [MONDAY + (14 * n) * DAY + (9.5 + h) * HOUR for n in range(2) for h in range(8)]
    stream = rhythm(times, by=50)
    due = staleness(stream, MONDAY).due

    assert due is not None
    assert (due - last(stream)) / HOUR == pytest.approx(21 * 24 + 84)


def test_what_lies_over_28_days_back_is_forgotten_and_the_order_does_not_matter() -> None:
    times = always(60)
    stream = rhythm(times)
    mixed = rhythm([times[i] for i in np.random.default_rng(1).permutation(len(times))])

    assert len(stream.hours) == HISTORY
    assert mixed == stream


def test_two_parts_together_are_the_whole_and_a_label_taken_back_is_gone() -> None:
    times = office(4)
    merged = rhythm(times[::2])
    merged.add(rhythm(times[1::2]))
    merged.add(Rhythm())
    assert merged == rhythm(times)

    merged.count(times[0] + timedelta(minutes=5))
    merged.count(times[0] + timedelta(minutes=5), by=-1)
    assert merged == rhythm(times)
    merged.count(times[0], by=-1)
    assert len(merged.hours) == len(times) - 1


def test_hours_are_utc_wherever_the_label_says_it_was_made() -> None:
    india = timezone(timedelta(hours=5, minutes=30))

    assert rhythm([MONDAY.astimezone(india)]).hours == rhythm([MONDAY]).hours


def test_stored_as_json_and_read_back_nothing_changes() -> None:
    stream = rhythm(office(2))

    assert msgspec.json.decode(msgspec.json.encode(stream), type=Rhythm) == stream


def test_a_label_at_the_full_hour_behind_a_pause_of_whole_weeks_has_a_time_of_silence() -> None:
    rng = np.random.default_rng(88)
    for _ in range(200):
        before = np.unique(rng.integers(0, 24 * 14, 40))
        after = before[-1] + 1 + 7 * 24 + np.unique([0, *rng.integers(0, 90, 20)])
        hours = [*before, *after]
        stream = rhythm([MONDAY + int(hour) * HOUR for hour in hours])
        known = staleness(stream, last(stream) + 365 * DAY)
        assert known.stale
        assert timedelta(0) < known.allowed < 40 * DAY
