"""ISO weeks, and when a week's report is due."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.domain.weekly.calendar import Week, WeeklyTime, due_week


@pytest.mark.parametrize(
    ("text", "begin"),
    [
        ("2026-W47", datetime(2026, 11, 16, tzinfo=UTC)),
        ("2027-W01", datetime(2027, 1, 4, tzinfo=UTC)),
        ("2026-W53", datetime(2026, 12, 28, tzinfo=UTC)),
    ],
)
def test_a_week_begins_on_its_monday(text: str, begin: datetime) -> None:
    week = Week.parse(text)
    assert (week.begin, str(week), week.end - week.begin) == (begin, text, timedelta(days=7))
    assert Week.of(begin) == Week.of(week.end - timedelta(microseconds=1)) == week
    assert Week.of(week.end).before(1) == week


@pytest.mark.parametrize("text", ["2026-47", "last", ""])
def test_what_is_no_week_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"^'{text}' is no ISO week of an event$"):
        Week.parse(text)


@pytest.mark.parametrize(("text", "number"), [("2025-W53", 53), ("2026-W00", 0)])
def test_a_week_that_its_year_does_not_have_is_refused(text: str, number: int) -> None:
    with pytest.raises(ValueError, match=f"Invalid week: {number}$"):
        Week.parse(text)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-23T06:59", "2026-W46"),
        ("2026-11-23T07:00", "2026-W47"),
        ("2026-11-29T23:59", "2026-W47"),
    ],
)
def test_a_report_is_due_from_its_hour_on(now: str, due: str) -> None:
    assert (
        str(due_week(WeeklyTime.parse("mon 07:00"), datetime.fromisoformat(now).replace(tzinfo=UTC))) == due
    )


@pytest.mark.parametrize("text", ["mon", "mon 24:00", "monday 07:00", "mon 7:00", "mon 07:60", " mon 07:00"])
def test_what_is_no_time_of_the_week_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write a day and a time of day"):
        WeeklyTime.parse(text)


def test_a_time_of_the_week_is_written_as_it_is_read() -> None:
    assert WeeklyTime.parse("sun 23:05") == WeeklyTime("sun", 23, 5)
    assert str(WeeklyTime("sun", 23, 5)) == "sun 23:05"
