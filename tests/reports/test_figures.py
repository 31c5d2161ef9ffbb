"""The figures: every number a person reads, in the few words it deserves."""

from datetime import timedelta

import pytest

from monitor.domain.recall.estimate import Estimate
from reports import figures
from tests.notices import AT


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "0 %"),
        (1e-9, "0 %"),
        (0.0000123, "0.0012 %"),
        (0.0057, "0.57 %"),
        (0.372, "37 %"),
        (0.999, "99 %"),
        (1.0, "1 times"),
        (5.6485, "5.6 times"),
        (412.0, "410 times"),
        (1e300, "over 1,000 times"),
        (float("inf"), "over 1,000 times"),
    ],
)
def test_a_share_of_a_page_has_two_figures(share: float, words: str) -> None:
    assert figures.of_a_page(share) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (-5, "0 min"),
        (12, "12 min"),
        (60, "1 h"),
        (310, "5 h 10 min"),
        (1440, "1 day"),
        (4620, "3 days 5 h"),
        (30 * 1440 + 60, "30 days"),
        (364 * 1440, "364 days"),
        (365 * 1440, "over a year"),
        (126_610 * 1440, "over 100 years"),
    ],
)
def test_a_duration_has_two_units(minutes: int, words: str) -> None:
    assert figures.duration(timedelta(minutes=minutes)) == figures.duration(60.0 * minutes) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0.04, "0.0 d"),
        (3.14, "3.1 d"),
        (99.9, "99.9 d"),
        (99.96, "100 d"),
        (364.9, "365 d"),
        (365.0, "over a year"),
        (126_610.0, "over a year"),
        (float("inf"), "never"),
    ],
)
def test_what_would_take_more_than_a_year_is_not_counted_in_days(days: float, words: str) -> None:
    assert figures.about_days(days) == words


@pytest.mark.parametrize(
    ("per_day", "words"),
    [
        (1_234.0, "1,234 a day"),
        (46.2, "46 a day"),
        (1.0, "1 a day"),
        (0.94, "6.6 a week"),
        (1 / 7, "1 a week"),
        (0.1, "3 a month"),
        (1 / 30, "1 a month"),
        (1 / 32, "one in five weeks"),
        (1 / 44, "one in six weeks"),
        (0.016, "one in two months"),
        (1 / 360, "one in twelve months"),
        (1 / 400, "under one a year"),
        (0.0, "none"),
    ],
)
def test_what_comes_seldom_is_told_in_the_unit_in_which_it_can_be_counted(per_day: float, words: str) -> None:
    assert figures.rate(per_day) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (22, "22nd"), (113, "113th")],
)
def test_ordinals(number: int, words: str) -> None:
    assert figures.ordinal(number) == words


def test_other_figures() -> None:
    assert figures.percent(1, 300) == "under 1 %"
    assert figures.percent(0, 3) == "0 %"
    assert figures.misses({}) == "no labelled miss"
    assert figures.budget(0.5) == "at most 0.5 false pages a year over everything watched"
    assert figures.tickets(Estimate(1234.6, 900, float("inf"))) == "about 1,235 (900 to unknown)"
    assert figures.moment(AT) == "2026-11-23 09:10 UTC"


def test_no_answer_is_listed_among_the_misses() -> None:
    assert figures.misses({"": 36, "billing": 24}) == "no answer 60 %, billing 40 % (of 60 misses)"
