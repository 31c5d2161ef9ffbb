"""An intent with few labels that fell is a suspect, and blind: whoever looks sees it first, by its evidence."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from connectors.sql.review.incidents import IncidentRecords
from connectors.sql.review.status import StatusStore
from monitor.domain.judging.judge import Coverage, Verdict
from monitor.domain.weekly.news import LabelMore
from monitor.review.status import overview
from reports.documents import weekly, weekly_object
from reports.tables.status import status_objects, status_view
from reports.words.weekly import suspicion
from tests.review.weeks import WEEK, report
from tests.stored import NOON, TICKETS
from tests.worlds import World

QUIET = [f"quiet_{number:02}" for number in range(20)]


@pytest.fixture
def fallen(world: World) -> World:
    """24 watched intents with few labels: one broken, two suspects (`fell` more than `a_slip`), the rest unchanged."""
    world.anchor(TICKETS, **dict.fromkeys([*QUIET, "broken", "fell", "a_slip", "unlabelled"], (0.88, 38)))
    for intent in [*QUIET, "fell", "a_slip", "broken"]:
        world.outcomes(intent, "hhhhhhhhmm")
    world.evaluate(NOON + timedelta(days=1))
    world.outcomes("broken", "m" * 15, at=19 * 24, hours=18 * 24)
    world.outcomes("fell", "mmmmmm", at=19 * 24, hours=18 * 24)
    world.outcomes("a_slip", "mmmmmmhm", at=19 * 24, hours=18 * 24)
    for intent in QUIET:
        world.outcomes(intent, "hhhhhhhhh", at=19 * 24, hours=18 * 24)
    world.evaluate(NOON + timedelta(days=20))
    return world


def test_a_suspect_is_one_however_blind_it_is(fallen: World) -> None:
    fell = fallen.cell("fell")
    assert (fell.judgement.verdict, fell.judgement.coverage) == (Verdict.SUSPECT, Coverage.BLIND)
    assert fallen.cell("a_slip").judgement.verdict is Verdict.SUSPECT
    assert fallen.cell(QUIET[0]).judgement.verdict is Verdict.OK


def test_status_lists_suspects_right_after_what_is_degraded(fallen: World) -> None:
    stored = overview(StatusStore(fallen.engine), IncidentRecords(fallen.engine), fallen.settings, "here")
    view = status_view(stored, every_row=True)
    block = view.blocks[2]
    rows = [[cell.lines[0] for cell in row] for row in block.table]
    assert [(row[0], *row[-2:]) for row in rows[:4]] == [
        ("broken", "-", "degraded"),
        ("fell", "blind", "suspect"),
        ("a_slip", "blind", "suspect"),
        ("quiet_00", "blind", "ok"),
    ]
    assert (
        len([n for n in view.blocks[3].notes if n.startswith("fell: the bet against the promise stands")])
        == 1
    )
    (fell,) = (each for each in status_objects(stored) if each["intent"] == "fell")
    assert (fell["verdict"], fell["coverage"], fell["blind_because"]) == (
        "suspect",
        "blind",
        "too few labels",
    )
    assert fell["days_until_a_fall_is_seen"] > 14


def test_the_weekly_report_begins_with_suspects_and_wants_labels_of_them(fallen: World) -> None:
    week = replace(report(fallen), judged_at=WEEK.end)  # of a week long over nothing is suspected any more
    assert [intent.cell.intent for intent in week.suspects] == ["fell", "a_slip"]
    (labels,) = (advice for advice in week.next if isinstance(advice, LabelMore))
    assert {"fell", "a_slip"} <= {cell.intent for cell in labels.cells}
    assert "broken" not in {
        cell.intent for cell in labels.cells
    }  # it has paged: its incident says what to do
    (model,) = week.models
    assert [intent.cell.intent for intent in model.intents[:3]] == ["broken", "fell", "a_slip"]
    text = weekly.markdown(week)
    assert text.index("## Suspected") < text.index("## What changed")
    words = suspicion(week.suspects[0])
    assert words.startswith("fell of tickets v7 (prod): ")
    assert words.endswith(
        " of what pages, recall since release 0.50 (0.17 to 0.83, 16 labelled), floor 0.78, blind"
    )
    lines = weekly.digest(week)
    assert [line for heading, line in lines if heading == "suspected"] == [
        "fell of tickets v7 (prod)",
        "a_slip of tickets v7 (prod)",
    ]
    assert weekly_object.as_object(week)["suspects"][0] == "fell of tickets v7 (prod)"
