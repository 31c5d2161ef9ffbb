"""The budget by other settings, by hand: labels, shares, and when a fall would be seen."""

from math import exp, log

import pytest

from monitor.domain.detection.bars import GroupMembers, KeptAnchor
from monitor.domain.detection.detectability import kl
from monitor.domain.detection.money import Income, Rate
from monitor.domain.events.types import Model
from monitor.domain.judging.state import CellLabels, CellState, HeldTo
from monitor.domain.judging.watching import Listed
from monitor.domain.judging.what_if import Held, WhatIf, asked_labels, changed_parts, in_time
from monitor.domain.recall.tally import Tally
from monitor.domain.slices.cells import Cell
from tests.notices import TICKETS

QUARTER = 0.25 / 365


def state(
    intent: str,
    hits: int,
    *,
    slice_text: str = "",
    money: float = QUARTER,
    floor: float = 0.78,
    watched: bool = True,
) -> CellState:
    held = HeldTo(Listed() if watched else None, "a", floor, Income((Rate(0, money),)))
    return CellState(Cell(TICKETS, intent, slice_text), CellLabels(Tally(hits)), held)


def held(*states: CellState, pages: float = 1.0, days: float = 20.0) -> Held:
    return Held(states, pages, {TICKETS: days})


def days_to(fall: float, per_day: float, money: float = QUARTER) -> float:
    growth = kl(fall, 0.78)
    return log(1 + per_day / money * (1 - exp(-growth))) / growth / per_day


def test_labels_in_all_are_spread_as_they_come_now_and_those_of_an_intent_are_its_own() -> None:
    here = held(state("a", 100), state("b", 300))  # 5 and 15 a day
    assert asked_labels(here, WhatIf(labels=40)) == {Cell(TICKETS, "a"): 10, Cell(TICKETS, "b"): 30}
    assert asked_labels(here, WhatIf(labels_of={"a": 7})) == {Cell(TICKETS, "a"): 7, Cell(TICKETS, "b"): 15}
    assert asked_labels(here, WhatIf(labels=40, labels_of={"a": 0}))[Cell(TICKETS, "a")] == 0


def test_where_no_label_comes_a_number_in_all_is_spread_evenly() -> None:
    assert asked_labels(held(state("a", 0), state("b", 0)), WhatIf(labels=8)) == {
        Cell(TICKETS, "a"): 4,
        Cell(TICKETS, "b"): 4,
    }


def test_a_slice_keeps_its_part_of_its_intent_and_a_group_gets_its_members_labels() -> None:
    members = GroupMembers((KeptAnchor("a", 0.9, 100), KeptAnchor("b", 0.9, 100)), 0.1, promised=True)
    group = CellState(Cell.of_group(TICKETS, "rare"), CellLabels(Tally(400)), HeldTo(members=members))
    here = held(state("a", 100), state("a", 25, slice_text="channel=email"), state("b", 300), group)
    labels = asked_labels(here, WhatIf(labels_of={"a": 20}))
    assert labels[Cell(TICKETS, "a", "channel=email")] == pytest.approx(5)  # a quarter, as before
    assert labels[group.cell] == 35


def test_a_fall_is_seen_sooner_with_more_money_and_more_labels_by_the_formula_of_the_page() -> None:
    before, after = held(state("a", 100)), held(state("a", 100, money=2 * QUARTER), pages=2.0)
    (change,) = changed_parts(before, after, WhatIf(false_pages=2.0, labels=10, fall_to=0.39))
    assert change.before is not None
    assert change.after is not None
    assert change.before.days == pytest.approx(days_to(0.39, 5))
    assert change.after.days == pytest.approx(days_to(0.39, 10, 2 * QUARTER))
    assert [change.before.share, change.after.share] == pytest.approx([0.5, 0.5])
    assert (change.before.labels_per_day, change.after.labels_per_day) == (5, 10)
    assert in_time([change.before, change.after], days_to(0.39, 7)) == 1


def test_without_labels_no_fall_is_seen_and_what_the_floor_allows_is_none() -> None:
    here = held(state("a", 100))
    (change,) = changed_parts(here, here, WhatIf(labels_of={"a": 0}))
    assert change.after is not None
    assert (change.after.days, change.after.falls) == (None, True)
    (change,) = changed_parts(here, here, WhatIf(fall_to=0.80))
    assert change.after is not None
    assert (change.after.days, change.after.falls) == (None, False)


def test_what_is_seen_latest_comes_first_and_what_is_watched_on_one_side_only_says_so() -> None:
    before = held(state("a", 100), state("b", 300), state("c", 900))
    after = held(state("a", 100), state("b", 300, watched=False), state("c", 900))
    changes = changed_parts(before, after, WhatIf())
    assert [change.cell.intent for change in changes] == ["a", "b", "c"]
    assert changes[1].after is None


def test_a_model_of_which_no_day_is_known_has_no_labels() -> None:
    here = Held([state("a", 100)], 1.0, {Model("other", "1"): 3.0})
    (change,) = changed_parts(here, here, WhatIf())
    assert change.before is not None
    assert (change.before.labels_per_day, change.before.days) == (0, None)
