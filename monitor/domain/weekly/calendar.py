"""ISO weeks, a time of the week, and the week that a schedule has made due."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import msgspec

_WEEK = re.compile(r"(20\d\d)-W(\d\d)", re.ASCII)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKLY = re.compile(rf"({'|'.join(DAYS)}) ([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


class Week(msgspec.Struct, frozen=True, order=True):
    """An ISO week: from Monday 00:00 UTC on."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Week":
        """From `2026-W47`.

        Raises:
            ValueError: it is no ISO week, or none in which an event may lie.
        """
        if not (spelled := _WEEK.fullmatch(text)):
            raise ValueError(f"{text!r} is no ISO week of an event")
        week = cls(int(spelled[1]), int(spelled[2]))
        date.fromisocalendar(week.year, week.number, 1)
        return week

    @classmethod
    def of(cls, at: datetime) -> "Week":
        """The week that holds a moment."""
        year, number, _ = at.astimezone(UTC).isocalendar()
        return cls(year, number)

    @property
    def begin(self) -> datetime:
        """Its Monday, 00:00 UTC."""
        day = date.fromisocalendar(self.year, self.number, 1)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """The next Monday, 00:00 UTC."""
        return self.begin + timedelta(days=7)

    def before(self, weeks: int) -> "Week":
        """So many weeks earlier."""
        return Week.of(self.begin - timedelta(weeks=weeks))

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02}"


class WeeklyTime(NamedTuple):
    """A day of the week and a time of day, UTC, such as `mon 07:00`."""

    day: str
    hour: int
    minute: int

    @classmethod
    def parse(cls, text: str) -> "WeeklyTime":
        """From `mon 07:00`.

        Raises:
            ValueError: it is none.
        """
        if not (spelled := _WEEKLY.fullmatch(text)):
            raise ValueError(f"write a day and a time of day (UTC), such as mon 07:00; {text!r} is none")
        return cls(spelled[1], int(spelled[2]), int(spelled[3]))

    def last(self, now: datetime) -> datetime:
        """When it was last."""
        since_monday = timedelta(days=DAYS.index(self.day), hours=self.hour, minutes=self.minute)
        last = Week.of(now).begin + since_monday
        return last if last <= now else last - timedelta(days=7)

    def __str__(self) -> str:
        return f"{self.day} {self.hour:02}:{self.minute:02}"


def due_week(schedule: WeeklyTime, now: datetime) -> Week:
    """The week whose report is due: the one that had ended at the last time of a schedule.

    >>> str(due_week(WeeklyTime("mon", 7, 0), datetime(2026, 11, 23, 6, 59, tzinfo=UTC)))
    '2026-W46'
    >>> str(due_week(WeeklyTime("mon", 7, 0), datetime(2026, 11, 23, 7, tzinfo=UTC)))
    '2026-W47'
    """
    return Week.of(schedule.last(now) - timedelta(days=7))
