"""How late an event of a file may be: outliers are cut, honest stragglers are not."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.domain.events.horizon import horizon

NOW = datetime(2026, 11, 26, tzinfo=UTC)
BEGIN = datetime(2026, 11, 2, tzinfo=UTC)
DAY = timedelta(days=1)


def stamps(count: int, step: timedelta = timedelta(minutes=7), begin: datetime = BEGIN) -> list[float]:
    return [(begin + step * number).timestamp() for number in range(count)]


def latest(
    predictions: list[float], labels: list[float], now: datetime = NOW, future: timedelta = DAY
) -> datetime:
    return horizon(predictions, labels, now, future)


def seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize(
    "stray", ["2062-01-01T00:00:00+00:00", "2027-11-02T00:00:00+00:00", "2026-11-25T00:00:00+00:00"]
)
def test_one_prediction_far_ahead_of_the_rest_is_beyond_it(stray: str) -> None:
    rest = stamps(300)  # a day and a half
    horizon = latest([*rest, seconds(stray)], stamps(300, begin=BEGIN + timedelta(hours=10)))
    assert horizon.timestamp() < seconds(stray)
    assert horizon.timestamp() >= max(rest) + 10 * 3600


def test_it_does_not_matter_where_in_the_file_it_is_nor_that_another_is_of_long_ago() -> None:
    rest = stamps(300)
    long_ago, far_off = seconds("2016-01-01T00:00:00+00:00"), seconds("2026-11-20T00:00:00+00:00")
    for predictions in ([far_off, long_ago, *rest], [*rest, long_ago, far_off]):
        assert latest(predictions, []).timestamp() < far_off


def test_a_file_of_a_world_that_has_not_happened_is_read_by_its_own_time() -> None:
    begin = datetime(2040, 1, 1, tzinfo=UTC)
    rest = stamps(300, begin=begin)
    assert latest(rest, stamps(300, begin=begin + DAY)).timestamp() >= max(rest) + 86_400
    assert latest([*rest, seconds("2062-01-01T00:00:00+00:00")], []).timestamp() < seconds(
        "2062-01-01T00:00:00+00:00"
    )


def test_a_long_file_widens_nothing_and_neither_does_a_second_stray() -> None:
    begin = NOW - 90 * DAY
    rest = stamps(2_000, timedelta(minutes=43), begin)  # two months
    for ahead in ([4], [25], [3, 20], [2, 4, 8]):
        strays = [max(rest) + days * 86_400 for days in ahead]
        assert latest([*rest, *strays], [], now=NOW).timestamp() < strays[0]


def test_an_event_behind_a_weekend_of_a_long_file_is_none() -> None:
    days = [BEGIN - 60 * DAY + day * DAY for day in range(58) if (BEGIN - 60 * DAY + day * DAY).weekday() < 5]
    rest = [(day + minute * timedelta(minutes=20)).timestamp() for day in days for minute in range(20)]
    monday = max(rest) + 3.2 * 86_400  # twice the weekend's pause of 65 hours are allowed
    assert latest([*rest, monday], [], now=NOW).timestamp() >= monday


def test_what_is_ahead_of_the_receiving_clock_is_beyond_it_however_small_the_file() -> None:
    assert latest(stamps(3), [seconds("2031-05-01T00:00:00+00:00")]) == NOW + DAY


def test_labels_may_trail_behind_the_predictions_for_weeks() -> None:
    label = (BEGIN + timedelta(days=20)).timestamp()
    assert latest(stamps(500, timedelta(seconds=5)), [label]).timestamp() >= label


def test_two_events_days_apart_are_no_strays() -> None:
    assert (
        latest([BEGIN.timestamp()], [(BEGIN + timedelta(days=3)).timestamp()]).timestamp()
        >= BEGIN.timestamp() + 3 * 86_400
    )


def test_a_gap_as_long_as_the_rest_is_an_honest_pause() -> None:
    # Ten days of traffic, a pause of eight, and it goes on: more than a stray in a hundred.
    predictions = [*stamps(200, timedelta(hours=1.2)), *stamps(20, begin=BEGIN + timedelta(days=18))]
    assert latest(predictions, []).timestamp() >= max(predictions)


def test_the_last_moment_itself_is_allowed_and_an_empty_file_goes_by_the_clock() -> None:
    begin = datetime(2040, 1, 1, tzinfo=UTC)
    assert latest(stamps(2, begin=begin), []).timestamp() >= stamps(2, begin=begin)[-1]
    assert latest([], []) == NOW + DAY


def test_how_far_ahead_is_the_setting() -> None:
    rest = stamps(300)
    stray = max(rest) + 7 * 86_400
    assert latest([*rest, stray], [], future=timedelta(days=3)).timestamp() < stray
    assert latest([*rest, stray], [], future=timedelta(days=10)).timestamp() >= stray
