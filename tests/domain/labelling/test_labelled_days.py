"""Since when a model has been at work: one prediction of long ago, or a try-out, is not its release."""

from datetime import UTC, datetime, timedelta

import msgspec

from monitor.domain.labelling.labelled_days import REMEMBERED, LabelledDays

RELEASE = datetime(2026, 3, 2, 15, 20, tzinfo=UTC)
DAY = timedelta(days=1)


def days(count: int, each: int = 20, begin: datetime = RELEASE) -> LabelledDays:
    made = LabelledDays()
    for day in range(count):
        for number in range(each):
            made.count(begin + day * DAY + number * timedelta(minutes=20))
    return made


def test_it_is_at_work_since_its_first_prediction_to_the_microsecond() -> None:
    made = LabelledDays()
    assert made.since is None
    for minutes in (7, 3, 90):
        made.count(RELEASE + timedelta(minutes=minutes, microseconds=1))
    assert made.since == RELEASE + timedelta(minutes=3, microseconds=1)


def test_one_of_long_ago_is_left_out_and_so_is_a_try_out_of_a_few() -> None:
    for strays in ([3_700], [40, 30], [6, 5, 4, 3, 2, 1]):
        made = days(30)
        for stray in strays:
            made.count(RELEASE - stray * DAY)
        assert made.since == RELEASE


def test_strays_at_both_ends_do_not_hide_one_another() -> None:
    made = days(30)
    for stray in (-900, -3, 800, 4_000):
        made.count(RELEASE + stray * DAY)
    assert made.since == RELEASE


def test_a_slow_beginning_of_more_than_a_fiftieth_counts() -> None:
    made = days(30, each=40)
    for day in range(1, 13):
        made.count(RELEASE - day * DAY, 3)
    assert made.since == RELEASE - 4 * DAY  # the first eight days have 24 of 1,236, a ninth would be too many


def test_under_fifty_nobody_can_tell() -> None:
    made = days(2)
    made.count(RELEASE - 40 * DAY)
    assert made.since == RELEASE - 40 * DAY


def test_what_is_taken_back_is_gone() -> None:
    made = days(2)
    made.count(RELEASE - 40 * DAY)
    made.count(RELEASE - 40 * DAY, -1)
    assert made.since == RELEASE
    made.count(RELEASE - 9 * DAY, -1)  # was never counted, or is forgotten
    assert made == days(2)


def test_years_take_no_more_room_than_a_year_and_the_release_stays() -> None:
    made = days(3 * REMEMBERED, each=3)
    assert len(made.days) == REMEMBERED
    assert made.since == RELEASE
    assert msgspec.json.decode(msgspec.json.encode(made), type=LabelledDays) == made
