"""Could it have been noticed sooner: worked out by hand."""

import math

import msgspec
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


def test_a_backlog_that_is_judged_at_once_counts_all_its_labels_and_the_days_in_which_they_came() -> None:
    live = tickets("m" * 21)  # a ticket an hour, labelled ten hours later
    at_once = member(live, onset=1, page=3)
    facts = msgspec.structs.replace(at_once.facts, noticed=NOON + 601 * HOUR)
    noticed = noticing(msgspec.structs.replace(at_once, facts=facts), live, 0.0)
    assert noticed.took_s == 600 * 3600
    assert (noticed.labels, noticed.enough, noticed.enough_s) == (21, 3, 12 * 3600)
    assert noticed.labels_a_day == pytest.approx(
        21 / (30 / 24)
    )  # the last was there 30 hours after the onset
    assert noticed.judged_late
    assert noticed.with_twice_the_labels_s == pytest.approx((10 + (12 - 10) / 2) * 3600)
    judged = noticing(at_once, live, 0.0)
    assert (judged.labels, judged.enough, judged.judged_late) == (3, 3, False)


def test_a_label_of_a_clock_that_is_ahead_stretches_no_time_beyond_the_page() -> None:
    live = tickets("m" * 5)
    ahead = member([*live[:4], *tickets("m", first=5, delay=900 * HOUR)], onset=1, page=5)
    facts = msgspec.structs.replace(ahead.facts, noticed=NOON + 25 * HOUR)
    noticed = noticing(msgspec.structs.replace(ahead, facts=facts), ahead.tickets, 0.0)
    assert (noticed.labels, noticed.enough_s) == (5, 24 * 3600)
    assert noticed.labels_a_day == pytest.approx(5.0)


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
