"""Which pages are kept while the age from which predictions are bet on changes."""

from datetime import UTC, datetime

from monitor.domain.detection.detector import Signal, SignalKind
from monitor.domain.judging.kept_pages import KeptPage, kept_through

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PAGE, LATER_PAGE = (Signal(SignalKind.PAGED, seq, seq - 9, 1.1) for seq in (70, 120))
KEPT = KeptPage(70, None, 90, NOON)


def test_a_page_that_stands_is_kept_with_how_it_was_won() -> None:
    assert kept_through((), PAGE, None, 3600.0, 90, NOON) == (KEPT,)


def test_without_a_page_none_is() -> None:
    assert kept_through((KEPT,), None, 3600.0, 7200.0, 130, NOON) == ()


def test_it_stays_as_it_was_kept_when_the_age_grows() -> None:
    assert kept_through((KEPT,), PAGE, 3600.0, 7200.0, 130, NOON) == (KEPT,)


def test_back_at_the_age_at_which_it_was_won_it_need_not_be_kept() -> None:
    assert kept_through((KEPT,), PAGE, 3600.0, None, 130, NOON) == ()


def test_a_page_won_since_is_kept_behind_the_one_that_stood_before() -> None:
    later = KeptPage(120, 3600.0, 130, NOON)
    assert kept_through((KEPT,), LATER_PAGE, 3600.0, None, 130, NOON) == (KEPT, later)
    assert kept_through((KEPT, later), LATER_PAGE, None, 3600.0, 150, NOON) == (KEPT,)
