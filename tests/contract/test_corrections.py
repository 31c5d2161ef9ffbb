"""Agents' corrections beside drawn labels, counted on SQLite and PostgreSQL alike; shown, and never bet on."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from connectors.sql.review.incidents import IncidentRecords
from connectors.sql.review.status import StatusStore
from monitor.domain.events.types import Design, Kind, LabelScope, Model
from monitor.domain.recall.corrected import BoundsOnly
from monitor.domain.slices.cells import Cell
from monitor.errors import DecodeError
from monitor.review.corrections import recall_by_corrections
from monitor.review.ports.corrections import CorrectionCount, Corrections, RoutedWrongly
from monitor.review.status import overview
from reports.tables.corrections import notes
from reports.tables.status import status_objects, status_view
from tests.stored import NOON, TICKETS, label, outcomes, prediction, rows, store, take
from tests.worlds import World

HOUR = timedelta(hours=1)
UNIFORM: dict[str, Any] = {"design": Design.UNIFORM, "probability": 0.1}


def correction(prediction_id: str, intent: str, number: int = 1, **changes: Any) -> Any:  # noqa: ANN401
    """An agent's, a day after noon."""
    return label(
        prediction_id, intent, label_id=f"zd-{prediction_id}-{number}", kind=Kind.CORRECTION, **changes
    )


def test_each_ticket_counts_once_by_what_was_predicted_and_where_it_went(engine: Engine) -> None:
    at = store(engine)
    take(at, *(prediction(f"p{i}", "billing") for i in range(9)), prediction("q0", "erasure"))
    take(
        at,
        correction("p0", "erasure"),
        correction("p1", "refund"),
        correction("p1", "erasure", 2, hours=1),  # re-routed again
        correction("p2", "erasure"),
        correction("p2", "billing", 2, hours=1),  # and back
        correction("p3", "erasure", retracted=True),
        correction("p4", "erasure", scope=LabelScope("tickets", "8")),  # another version's
        correction("p5", "spam"),
        correction("q0", "billing"),
        correction("q9", "erasure"),  # of no prediction
    )
    known = StatusStore(engine, ["spam"]).corrections()
    assert known == {
        TICKETS: Corrections(
            NOON,
            NOON + HOUR,  # the last came at 25 hours, and most took 24
            [
                CorrectionCount("billing", "", 1),
                CorrectionCount("billing", "erasure", 2),
                CorrectionCount("erasure", "billing", 1),
            ],
            [],
            {"billing": 9, "erasure": 1},
        )
    }


def test_without_a_correction_there_is_nothing(engine: Engine) -> None:
    take(store(engine), prediction("p1", "billing"), label("p1", "erasure", **UNIFORM))
    assert StatusStore(engine).corrections() == {}


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("revision", [1, 2])
@pytest.mark.parametrize("other", ["p0", "p1"])  # of the same ticket, and of another
def test_a_correction_never_takes_the_place_of_a_label_of_its_id_nor_that_its(
    engine: Engine, turned: bool, revision: int, other: str
) -> None:
    at = store(engine)
    take(at, prediction("p0", "billing"), prediction("p1", "billing"))
    drawn = label("p0", "erasure", label_id="1", **UNIFORM)
    namesake = label(
        other,
        "refund",
        label_id="1",
        kind=Kind.CORRECTION,
        revision=revision,
        retracted=revision == 2,
        hours=1,
    )
    first, second = (namesake, drawn) if turned else (drawn, namesake)
    take(at, first)
    held = everything(engine)
    for late in (second, second):
        with pytest.raises(DecodeError) as refused:
            take(at, late)
        assert refused.value.code == "conflict"
    take(at, first)  # read again
    assert everything(engine) == held
    assert len(outcomes(engine)) == (0 if turned else 1)


def everything(engine: Engine) -> list[object]:
    return [rows(engine, f"SELECT * FROM {table}") for table in ("label", "outcome", "revision")]


def test_acquiescence_is_measured_on_drawn_tickets_that_were_routed_wrongly(engine: Engine) -> None:
    at = store(engine)
    take(at, *(prediction(f"p{i}", "billing") for i in range(9)))
    take(
        at,
        correction("p0", "erasure"),
        correction("p1", "refund"),
        *(label(f"p{i}", "erasure", **UNIFORM) for i in range(4)),  # p1 went wrong again; p2 and p3 were left
        label("p4", "billing", **UNIFORM),  # routed rightly
        label("p5", "erasure"),  # nobody says how it was chosen
        label("p6", "erasure", kind=Kind.WEAK, **UNIFORM),
    )
    assert StatusStore(engine).corrections()[TICKETS].wrong == [
        RoutedWrongly("erasure", False, Design.UNIFORM, 0.1, 1),
        RoutedWrongly("erasure", True, Design.UNIFORM, 0.1, 3),
    ]


def test_a_ticket_without_an_answer_is_no_routing_that_agents_could_leave(engine: Engine) -> None:
    at = store(engine)
    take(at, prediction("p0", "billing"), *(prediction(f"n{i}", "") for i in range(3)))
    take(
        at,
        correction("p0", "erasure"),
        correction("n0", "erasure", hours=-20),  # at once: no word of how late a wrong routing is mended
        *(label(name, "erasure", **UNIFORM) for name in ("p0", "n0", "n1", "n2")),
    )
    known = StatusStore(engine).corrections()[TICKETS]
    assert known.counts == [CorrectionCount("", "erasure", 1), CorrectionCount("billing", "erasure", 1)]
    assert known.wrong == [RoutedWrongly("erasure", False, Design.UNIFORM, 0.1, 1)]
    recall = recall_by_corrections(known, "erasure", 0.01)
    assert recall is not None
    assert recall.corrected == 2


def test_corrections_are_of_the_same_hours_as_traffic(engine: Engine) -> None:
    at = store(engine)
    quarter = 0.25
    take(at, *(prediction(f"p{i}", "billing", hours=i * quarter) for i in range(8)))
    take(at, *(correction(f"p{i}", "erasure", hours=i * quarter) for i in (1, 5, 6)))
    take(at, *(label(f"p{i}", "erasure", **UNIFORM) for i in range(8)))
    # The first and the last that were corrected are of 12:15 and 13:30: all of the two hours count.
    known = StatusStore(engine).corrections()[TICKETS]
    assert known.traffic == {"billing": 8}
    assert known.wrong == [
        RoutedWrongly("erasure", False, Design.UNIFORM, 0.1, 3),
        RoutedWrongly("erasure", True, Design.UNIFORM, 0.1, 5),
    ]


def test_tickets_too_young_to_have_their_correction_are_no_silence(engine: Engine) -> None:
    at = store(engine)
    # Each takes a day, and the last comes after 48 hours: what is younger than 24 hours then has not had its day.
    take(at, *(prediction(f"p{i}", "billing", hours=i) for i in range(40)))
    take(at, *(correction(f"p{i}", "erasure", hours=i) for i in range(25)))
    take(at, *(label(f"p{i}", "erasure", **UNIFORM) for i in range(40)))
    known = StatusStore(engine).corrections()[TICKETS]
    assert (known.since, known.until) == (NOON, NOON + 24 * HOUR)
    assert known.traffic == {"billing": 25}
    assert known.wrong == [RoutedWrongly("erasure", False, Design.UNIFORM, 0.1, 25)]


def routed(engine: Engine, drawn: int = 40) -> World:
    """200 refunds of which 120 were routed as billing; agents re-routed every second of these, drawn or not."""
    world = World(engine)
    world.anchor(refund=(0.9, 50))
    take(world.store, *(prediction(f"p{i}", "refund" if i < 80 else "billing") for i in range(200)))
    take(world.store, *(label(f"p{i}", "refund", **UNIFORM) for i in range(80, 80 + drawn)))
    return world


def corrected(world: World) -> None:
    take(world.store, *(correction(f"p{i}", "refund") for i in range(80, 200, 2)))
    world.evaluate()


def test_they_stand_beside_recall_and_change_nothing_of_it(engine: Engine) -> None:
    world = routed(engine)
    world.evaluate()
    before, notices = world.everything(), world.kinds()
    corrected(world)
    assert world.everything() == before  # no bet, no verdict and no reading is touched
    assert world.kinds() == notices
    seen = overview(StatusStore(engine), IncidentRecords(engine), world.settings, "here")
    (known,) = seen.corrected.values()
    assert known.recall is not None
    assert known.recall.value == pytest.approx(80 / 200)  # 60 corrections, half are left: 120 misses
    assert known.recall.low < 0.4 < known.recall.high
    assert known.corrected == 60
    assert known.at_most == pytest.approx(80 / 140)
    assert (known.acquiescence.tickets, known.acquiescence.q) == (40, 0.5)
    (line,) = notes(seen.corrected)
    assert line.startswith("refund: agents re-routed 60 tickets to it: recall 0.40 (")
    assert "as agents left 0.50 (0.35 to 0.65) of wrong routings (q, measured on 40 drawn tickets" in line
    assert line in str(status_view(seen, every_row=True).blocks)
    (shown,) = (each["corrections"] for each in status_objects(seen) if each["intent"] == "refund")
    assert (shown["recall"]["value"], shown["acquiescence"]["tickets"]) == (known.recall.value, 40)


def test_with_too_few_drawn_tickets_they_bound_recall(engine: Engine) -> None:
    world = routed(engine, drawn=12)
    corrected(world)
    seen = overview(StatusStore(engine), IncidentRecords(engine), world.settings, "here")
    (known,) = seen.corrected.values()
    assert known.bounds_only is BoundsOnly.TOO_FEW
    assert notes(seen.corrected) == [
        "refund: agents re-routed 60 tickets to it: of the 140 of that time recall is at most 0.57; bounds only: q"
        " measured on 12 of the 30 tickets it takes"
    ]


def test_a_corrected_ticket_is_no_outcome(engine: Engine) -> None:
    at = store(engine)
    take(at, prediction("p1", "billing"), correction("p1", "erasure"))
    assert rows(engine, "SELECT count(*) FROM outcome") == [(0,)]
    assert rows(engine, "SELECT kind FROM label") == [("correction",)]


def test_those_of_another_version_are_its_own(engine: Engine) -> None:
    shadow = Model("tickets", "8")
    take(
        store(engine),
        prediction("p1", "billing"),
        prediction("z1", "billing", model=shadow),
        correction("p1", "erasure"),
        correction("z1", "erasure"),
    )
    assert set(StatusStore(engine).corrections()) == {TICKETS, shadow}


def test_of_many_intents_the_lowest_are_named(engine: Engine) -> None:
    world = routed(engine)
    corrected(world)
    seen = overview(StatusStore(engine), IncidentRecords(engine), world.settings, "here")
    (known,) = seen.corrected.values()
    many = {Cell(TICKETS, f"intent-{i}"): known for i in range(5)}
    lines = notes(many, every_row=False)
    assert (len(lines), lines[-1], len(notes(many))) == (4, "corrections of 2 more intents", 5)
    assert notes(many, several=True)[0].startswith("intent-0 of tickets v7: ")


def test_tickets_corrected_to_a_name_that_nothing_else_has_are_named_with_what_to_do(engine: Engine) -> None:
    at = store(engine)
    world = World(engine)
    world.anchor(erasure=(0.9, 40))
    take(at, *(prediction(f"p{i}", "billing") for i in range(6)))
    take(at, *(correction(f"p{i}", "Datenschutz") for i in range(3)), correction("p3", "erasure"))
    world.evaluate()
    seen = overview(StatusStore(engine), IncidentRecords(engine), world.settings, "here")
    assert seen.corrected_to_nobody == {TICKETS: {"Datenschutz": 3}}
    (line,) = [note for block in status_view(seen).blocks for note in block.notes if "Datenschutz" in note]
    assert line == (
        "tickets v7 (prod): agents re-routed 3 to Datenschutz, which it never predicts, no anchor promises and no label"
        " has: they count for no intent. Do `aliases` of the map lack a name?"
    )
