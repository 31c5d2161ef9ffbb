"""Recall step by step, and how long labels took."""

from datetime import timedelta

import pytest

from monitor.domain.analysis.ticket_columns import TicketColumns
from monitor.domain.analysis.timeline import STEPS, LabelDelays, Step, delays, timeline
from monitor.domain.events.types import Design
from monitor.domain.recall.intervals import confidence_sequence
from monitor.domain.telling.members import Start
from tests.domain.cases import HOUR, NOON, tickets


def steps(pattern: str, onset: int = 1, page: int = 10**6, older: tuple[int, int] = (0, 0)) -> list[Step]:
    return timeline(
        TicketColumns.of(tickets(pattern)), onset, page, older=older, weighted=False, min_probability=0.01
    )


def test_steps_hold_all_tickets_and_add_up_to_recall_since_the_release() -> None:
    timeline_steps = steps("hhhhhhhhhhmmmmm" * 10)
    assert (sum(step.labelled for step in timeline_steps), sum(step.missed for step in timeline_steps)) == (
        150,
        50,
    )
    assert timeline_steps[-1].recall == pytest.approx(2 / 3)
    assert (timeline_steps[-1].low, timeline_steps[-1].high) == pytest.approx(
        tuple(confidence_sequence(100, 50))
    )
    assert timeline_steps[-1].known == NOON + 160 * HOUR
    assert all(step.labelled >= 5 for step in timeline_steps[:-1])


def test_a_step_begins_at_the_onset_and_one_ends_with_the_ticket_that_brought_the_page() -> None:
    timeline_steps = steps("h" * 53 + "m" * 17 + "h" * 30, onset=54, page=67)
    ends, seen = [], 0
    for step in timeline_steps:
        seen += step.labelled
        ends.append(seen)
    assert {53, 67, 100} <= set(ends)


def test_there_are_some_forty_steps_however_many_tickets() -> None:
    assert len(steps("h" * 10_000, onset=777, page=888)) <= STEPS + 2


def test_what_is_older_than_the_tickets_counts_in_recall_and_not_in_a_step() -> None:
    timeline_steps = steps("hhhh", older=(90, 6))
    assert sum(step.labelled for step in timeline_steps) == 4
    assert timeline_steps[-1].recall == pytest.approx(0.94)


def test_weighed_tickets_are_weighed() -> None:
    live = tickets("h" * 4, design=Design.BY_PREDICTION, probability=0.1)
    live += tickets("m" * 4, first=5, design=Design.BY_PREDICTION, probability=1.0)
    timeline_steps = timeline(TicketColumns.of(live), 1, 8, weighted=True, min_probability=0.01)
    assert timeline_steps[-1].recall == pytest.approx(40 / 44)


def test_no_ticket_no_step() -> None:
    assert steps("") == []


def test_delays_are_reported_before_and_since_the_onset_and_of_hits_and_misses() -> None:
    live = tickets("hh", delay=HOUR) + tickets("h", first=3, delay=4 * HOUR)
    live += tickets("m", first=4, delay=2 * HOUR) + tickets("m", first=5, delay=-HOUR)
    assert delays(TicketColumns.of(live), Start(live[2].ts, 3)) == LabelDelays(
        3600.0, 7200.0, 14_400.0, 3600.0
    )
    assert delays(TicketColumns.of([]), Start(NOON, 1)) == LabelDelays(None, None, None, None)
    assert delays(TicketColumns.of(tickets("h", delay=timedelta(seconds=-5))), Start(NOON, 1)).since == 0.0
