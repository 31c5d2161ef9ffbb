"""Programs' labels beside people's, counted on SQLite and PostgreSQL alike; they are shown, and never bet on."""

from typing import Any

import pytest
from sqlalchemy import Engine

from connectors.sql.review.incidents import IncidentRecords
from connectors.sql.review.status import StatusStore
from monitor.domain.events.types import Kind, LabelScope, Model
from monitor.domain.slices.cells import Cell
from monitor.review.ports.weak_labels import WeakCount, WeaklyLabelled
from monitor.review.status import overview
from reports.tables.status import status_objects
from reports.tables.weak_labels import notes
from tests.stored import TICKETS, label, prediction, store, take
from tests.worlds import World


def weak(prediction_id: str, intent: str, number: int = 1, **changes: Any) -> Any:  # noqa: ANN401
    return label(prediction_id, intent, label_id=f"weak-{prediction_id}-{number}", kind=Kind.WEAK, **changes)


def test_each_ticket_counts_once_by_what_was_predicted_and_both_labels(engine: Engine) -> None:
    at = store(engine)
    take(at, *(prediction(f"p{i}", "refund" if i < 4 else "bug") for i in range(8)))
    take(
        at,
        weak("p0", "refund"),
        weak("p1", "bug"),
        weak("p1", "refund", 2, hours=1),  # said later
        weak("p2", "bug", retracted=True),
        weak("p4", "refund"),
        weak("p5", "bug", scope=LabelScope("tickets", "8")),  # another version's
        weak("p9", "bug"),  # of no prediction
        label("p0", "refund"),
        label("p1", "refund", hours=2),
        label("p1", "bug", label_id="judged", kind=Kind.ADJUDICATED),
        label("p2", "refund"),
        label("p4", "refund", retracted=True),
    )
    assert StatusStore(engine).weak_labels() == {
        TICKETS: WeaklyLabelled(
            [
                WeakCount("bug", "refund", None, 1),
                WeakCount("refund", "refund", "bug", 1),
                WeakCount("refund", "refund", "refund", 1),
            ],
            {"bug": 4, "refund": 4},
        )
    }


def test_without_a_weak_label_there_is_nothing(engine: Engine) -> None:
    take(store(engine), prediction("p1"), label("p1"))
    assert StatusStore(engine).weak_labels() == {}


def judged(engine: Engine) -> World:
    """200 refunds of which people labelled half; a program labelled all of them, and all others, rightly."""
    world = World(engine)
    world.anchor(refund=(0.9, 50))
    names = world.outcomes("refund", "h" * 90 + "m" * 10)
    at = store(engine)
    take(at, *(prediction(f"q{i}", "refund" if i < 60 else "other") for i in range(100)))
    take(at, *(weak(name, "refund") for name in names))
    take(at, *(weak(f"q{i}", "refund" if i < 90 else "other") for i in range(100)))
    take(at, *(label(f"q{i}", "other") for i in range(90, 100)))
    world.evaluate()
    return world


def test_they_stand_beside_recall_corrected_and_change_nothing_of_it(engine: Engine) -> None:
    world = judged(engine)
    state = world.cell("refund")
    assert (state.labels.tally.hits, state.labels.tally.misses) == (90, 10)
    seen = overview(StatusStore(engine), IncidentRecords(engine), world.settings, "here")
    (recall,) = seen.weak.values()
    # Of 190 refunds 150 were predicted as such; people's labels agree wherever there are both.
    assert recall.recall == pytest.approx(150 / 190)
    assert recall.as_said == pytest.approx(150 / 190)
    assert (recall.labels, recall.both) == (200, 110)
    assert (recall.sensitivity, recall.specificity) == (1.0, 1.0)
    (line,) = notes(seen.weak)
    assert line.startswith("refund: recall 0.79 (")
    assert (
        "by 200 weak labels, corrected by the 110 tickets that people labelled, too; uncorrected 0.79."
        in line
    )
    (shown,) = (each["weak"] for each in status_objects(seen) if each["intent"] == "refund")
    assert shown["recall"] == recall.recall
    assert shown["low"] < recall.recall < shown["high"]


def test_those_of_another_version_are_its_own(engine: Engine) -> None:
    judged(engine)
    take(store(engine), prediction("z1", "refund", model=Model("tickets", "8")), weak("z1", "refund"))
    assert set(StatusStore(engine).weak_labels()) == {TICKETS, Model("tickets", "8")}


def test_of_many_intents_the_lowest_are_named(engine: Engine) -> None:
    world = judged(engine)
    seen = overview(StatusStore(engine), IncidentRecords(engine), world.settings, "here")
    (recall,) = seen.weak.values()
    many = {Cell(TICKETS, f"intent-{i}"): recall for i in range(5)}
    lines = notes(many, every_row=False)
    assert (len(lines), lines[-1], len(notes(many))) == (4, "weak labels of 2 more intents", 5)
    assert notes(many, several=True)[0].startswith("intent-0 of tickets v7: ")
