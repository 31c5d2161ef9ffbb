"""Every figure of a page covers what it says: recall since the onset, the onset itself, and the tickets missed.

Questions and worlds are those of `benchmarks.promises`, which asks them in full; here a few of each, at the page.
"""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from scipy.stats import binom

from benchmarks.promises_alarms import AlarmSeen, Fall, alarms
from benchmarks.promises_pages import one_look, surrounds
from benchmarks.promises_rows import covered, holds
from monitor.domain.recall.estimate import Estimate

CELLS = 80

# question -> figure -> promised
SINCE_ONSET = [
    Fall(0.39, on_day=20.0, labels_a_day=10.0, days=80.0),
    Fall(0.60, labels_a_day=10.0, days=80.0),
    Fall(0.60, on_day=100.0, labels_a_day=2.0, days=400.0),
    Fall(0.70, on_day=4.0, labels_a_day=50.0, days=50.0),
]
LATE = [
    Fall(0.39, on_day=30.0, share=0.2, delay_days=5.0, days=80.0),
    Fall(0.39, share=0.2, delay_days=3.0, days=60.0),
    Fall(0.60, on_day=30.0, share=1.0, delay_days=5.0, days=100.0),
]
BURSTS = Fall(0.60, on_day=30.0, days=160.0, at_a_time=10, icc=0.3)
SMALL = Fall(0.70, labels_a_day=2.0, days=1000.0)  # of an interval of a factor 20 it would be .8
BROKEN_AND_LATE = Fall(0.39, share=0.2, delay_days=5.0, days=60.0)


def seldom_fails(held: Sequence[bool], promised: float) -> bool:
    """No less often than chance leaves open, once in a thousand."""
    assert len(held) >= 0.9 * CELLS  # or the fall was hardly paged
    return bool(covered("", "", held, promised).kept)


@pytest.mark.parametrize("fall", [*SINCE_ONSET, BURSTS], ids=str)
def test_the_recall_since_the_onset_holds_although_the_alarm_chose_it(fall: Fall) -> None:
    seen = alarms(fall, CELLS, seed=1)
    assert seldom_fails([holds(alarm.recent, fall.to) for alarm in seen], 0.95)


def test_an_interval_for_one_look_would_not_hold_since_an_onset_that_the_alarm_chose() -> None:
    fall = SINCE_ONSET[1]
    held = [holds(one_look(alarm), fall.to) for alarm in alarms(fall, CELLS, seed=1)]
    assert sum(held) < binom.ppf(0.001, len(held), 0.95)


@pytest.mark.parametrize("fall", [*SINCE_ONSET[::2], LATE[0], BROKEN_AND_LATE, SMALL, BURSTS], ids=str)
def test_the_onset_lies_in_its_interval_also_where_labels_come_late(fall: Fall) -> None:
    seen = alarms(fall, CELLS, seed=2)
    assert seldom_fails([surrounds(alarm, fall) for alarm in seen], 0.95)


@pytest.mark.parametrize("fall", [*LATE, replace(LATE[0], later_days=4.0)], ids=str)
def test_the_tickets_missed_are_as_many_as_it_says_those_to_be_labelled_too(fall: Fall) -> None:
    seen = alarms(fall, CELLS, seed=3)
    assert seldom_fails([holds(alarm.touched, alarm.missed) for alarm in seen], 0.95)


def test_labels_of_all_tickets_leave_nothing_to_guess() -> None:
    seen: list[AlarmSeen] = alarms(Fall(0.39, on_day=20.0, days=60.0), 20, seed=4)
    for alarm in seen:
        assert alarm.touched == Estimate(alarm.missed, alarm.missed, alarm.missed)
