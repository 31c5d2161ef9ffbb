"""The figures: every number a person reads, in the few words it deserves."""

from datetime import timedelta

import pytest

from monitor.domain.recall.estimate import Estimate
from reports import figures
from tests.notices import AT


@pytest.mark.parametrize(
    ("stake", "words"),
    [
        (1.0, "1.0"),
        (9.96, "10"),
        (12.4, "12"),
        (200, "200"),
        (7_300, "7,300"),
        (41_234.5, "41,000"),
        (999_999, "1,000,000"),
        (3_210_000, "3.2 million"),
        (99_400_000, "99 million"),
        (412_000_000, "412 million"),
        (1e300, "over a billion"),
        (float("inf"), "over a billion"),
        (0.02, "0.0"),
    ],
)
def test_odds_have_two_figures(stake: float, words: str) -> None:
    assert figures.odds(stake) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (-5, "0 min"),
        (12, "12 min"),
        (60, "1 h 0 min"),
        (310, "5 h 10 min"),
        (1440, "1 day"),
        (4620, "3 days 5 h"),
    ],
)
def test_a_duration_has_two_units(minutes: int, words: str) -> None:
    assert figures.duration(timedelta(minutes=minutes)) == figures.duration(60.0 * minutes) == words


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
