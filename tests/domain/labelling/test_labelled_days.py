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
    for strays in ([3_700], [40, 30], [12, 6, 5, 4, 3]):
        made = days(30)
        for stray in strays:
            made.count(RELEASE - stray * DAY)
        assert made.since == RELEASE


def test_a_day_or_two_before_the_rest_is_the_beginning() -> None:
    made = days(30)
    made.count(RELEASE - 2 * DAY)
    assert made.since == RELEASE - 2 * DAY


def test_a_pause_that_is_usual_lies_between_no_strays() -> None:
    made = LabelledDays()
    for week in range(12):
        made.count(RELEASE + 7 * week * DAY, 100 if week else 1)
    assert made.since == RELEASE


def test_strays_at_both_ends_do_not_hide_one_another() -> None:
    made = days(30)
    for stray in (-900, -5, 800, 4_000):
        made.count(RELEASE + stray * DAY)
    assert made.since == RELEASE


def test_some_labels_a_week_before_many_came_are_the_beginning() -> None:
    made = LabelledDays()
    for day in (0, 4, 8, 12):
        made.count(RELEASE + day * DAY)
    made.count(RELEASE + 14 * DAY, 300)
    assert made.since == RELEASE


def test_more_than_a_fiftieth_is_a_beginning_of_its_own() -> None:
    made = days(30)
    made.count(RELEASE - 40 * DAY, 13)  # of 613
    assert made.since == RELEASE - 40 * DAY


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
