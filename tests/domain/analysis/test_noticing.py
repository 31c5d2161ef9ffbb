"""Could it have been noticed sooner: worked out by hand."""

import math

import pytest

from monitor.domain.analysis.noticing import noticing
from tests.domain.cases import HOUR, NOON, member, tickets


def test_the_time_to_the_page_is_taken_apart() -> None:
    live = tickets("mmmhh" * 4)  # a ticket an hour, labelled ten hours later
    noticed = noticing(member(live, onset=1, page=15), live, 0.4)
    assert noticed.took_s == pytest.approx(24 * 3600)  # 14 hours of tickets, and ten until the last label
    assert (noticed.labels, noticed.label_delay_s) == (15, 36_000.0)
    assert noticed.labels_a_day == pytest.approx(15.0)
    divergence = 0.4 * math.log(0.4 / 0.78) + 0.6 * math.log(0.6 / 0.22)
    meanwhile = 1 - math.exp(-divergence)
    assert noticed.expected == pytest.approx(math.log(1 + 15 / 0.001 * meanwhile) / divergence)
    assert noticed.with_twice_the_labels_s == pytest.approx(36_000 + (86_400 - 36_000) / 2)
    assert noticed.unheld_s == 0.0


def test_an_anchor_that_came_after_the_onset_is_reported() -> None:
    live = tickets("m" * 20)
    late = member(live, onset=1, page=15, first_held=NOON + 6 * HOUR)
    assert noticing(late, live, 0.0).unheld_s == 5 * 3600
    early = member(live, onset=1, page=15, first_held=NOON)
    assert noticing(early, live, 0.0).unheld_s == 0.0
    assert noticing(member(live), live, 0.0).unheld_s == 0.0


@pytest.mark.parametrize(("recent", "weighted"), [(0.9, False), (None, False), (0.4, True)])
def test_where_nothing_is_expected_nothing_is_reported(recent: float | None, weighted: bool) -> None:
    live = tickets("m" * 20)
    assert noticing(member(live, weighted=weighted), live, recent).expected is None
