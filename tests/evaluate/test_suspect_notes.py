"""Notes about suspects, from outcomes to the outbox: once an excursion, held back by silences, and no page."""

from datetime import timedelta

import pytest

from connectors.sql.notices import decode_notice
from connectors.sql.silences import SilenceStore
from monitor.domain.telling.about import Suspects
from monitor.domain.telling.routing import Severity
from tests.stored import NOON, TICKETS, rows
from tests.worlds import NewWorld, World

QUIET = [f"quiet_{number:02}" for number in range(20)]
DAY = timedelta(days=1)
NOTE = "cells.suspect"


@pytest.fixture
def released(world: World) -> World:
    """22 watched intents share what a release may take, .011 of a page each; `erasure` begins with two misses."""
    world.anchor(TICKETS, **dict.fromkeys([*QUIET, "erasure", "export"], (0.88, 38)))
    world.outcomes("refund", "h" * 30)
    world.outcomes("erasure", "mm", hours=-12)
    return world


def go_on(world: World, day: int, pattern: str) -> float:
    """Outcomes of `erasure` on that day, judged at its end; what its bet has won, as a share of a page."""
    world.outcomes("erasure", pattern, at=24 * day, hours=24 * day - 12)
    world.evaluate(NOON + (day + 1) * DAY)
    return world.cell("erasure").evidence


def test_a_suspect_is_noted_once_an_excursion(released: World) -> None:
    assert go_on(released, 0, "") == pytest.approx(0.1006, abs=1e-4)
    assert released.kinds() == [NOTE]
    assert go_on(released, 1, "m") > 0.3  # more of the same
    assert 0.01 < go_on(released, 2, "h") < 0.1
    assert go_on(released, 3, "m") > 0.1  # it never was over
    assert released.kinds() == [NOTE]
    assert go_on(released, 4, "h" * 14) < 0.01
    assert not released.cell("erasure").notified.suspicion_noted
    assert 0.1 < go_on(released, 5, "mmmmmmmm") < 1
    assert released.kinds() == [NOTE, NOTE]
    assert rows(released.engine, "SELECT count(*) FROM incident") == [(0,)]


def test_the_note_says_what_is_suspected_and_how_many_labels_settle_it(released: World) -> None:
    released.evaluate(NOON + DAY)
    ((stored,),) = rows(released.engine, "SELECT notice FROM notification")
    note = decode_notice(stored)
    assert (note.severity, note.incident, note.runbook) == (Severity.INFO, None, "suspected")
    assert isinstance(note.about, Suspects)
    (suspect,) = note.about.cells
    assert (suspect.cell.intent, suspect.live_support, suspect.floor) == ("erasure", 2, 0.78)
    assert suspect.live is not None
    assert suspect.live.value == 0.0
    # ln(1/.1006) / KL(.48, .78) = 2.2966 / .2143
    assert suspect.labels_to_page == pytest.approx(10.72, abs=0.01)
    assert suspect.fallen == pytest.approx(0.48)
    assert note.about.notes_per_year == 12.0


def test_the_budget_of_notes_decides_how_much_evidence_a_note_takes(new_world: NewWorld) -> None:
    for notes, kinds in [(12.0, [NOTE]), (11.2, [NOTE]), (10.9, []), (0.0, [])]:
        world = new_world(judge={"notes_per_year": notes})
        world.anchor(TICKETS, **dict.fromkeys([*QUIET, "erasure", "export"], (0.88, 38)))
        world.outcomes("erasure", "mm", hours=-12)
        world.evaluate(NOON + DAY)
        assert world.kinds() == kinds, notes


def test_a_page_takes_the_place_of_a_note(released: World) -> None:
    go_on(released, 0, "")
    go_on(released, 1, "mmmmmm")
    assert released.kinds() == [NOTE, "opened"]
    assert not released.cell("erasure").notified.suspicion_noted


def test_a_silence_holds_a_note_back_until_it_ends(released: World) -> None:
    SilenceStore(released.engine).add({"intent": "erasure"}, "ann", "known", NOON, NOON + 1.5 * DAY)
    go_on(released, 0, "")
    assert released.kinds() == []
    go_on(released, 1, "m")
    assert released.kinds() == [NOTE]


def test_what_may_not_page_is_not_noted_either(new_world: NewWorld) -> None:
    world = new_world(watch={"rare_support": 0, "rare_share": 0.0})
    world.anchor(TICKETS, **dict.fromkeys([*QUIET, "erasure"], (0.88, 38)))
    world.outcomes("erasure", "mmmm", hours=-12)
    world.evaluate(NOON + DAY)
    assert world.kinds() == []
    assert not world.cell("erasure").notified.suspicion_noted
