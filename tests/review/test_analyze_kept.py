"""An analysis is made when an incident opens, kept, and made anew when it opens again."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from connectors.sql.anchors import AnchorStore
from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.review.incidents import IncidentRecords
from monitor.domain.anchors.promise import Measured, Promise, Provenance, build
from monitor.domain.events.types import Model
from monitor.incidents.resolving import resolve
from reports.documents import analysis as document
from reports.documents.lifecycle import stages
from tests.review.broken_channel import TERSE, analysed, broken, desk, member
from tests.stored import NOON, TICKETS
from tests.worlds import World


def test_what_was_understood_at_the_opening_is_kept_and_written_once(engine: Engine, tmp_path: Path) -> None:
    world = broken(engine)
    reporting_ = desk(world, tmp_path / "out")
    (made,) = reporting_.explain_new()
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "incident-1.html",
        "incident-1.json",
        "incident-1.md",
    }
    assert reporting_.explain_new() == []
    world.outcomes("erasure", "m" * 5)
    world.evaluate()
    (incident,) = IncidentRecords(engine).all()
    kept = reporting_.as_opened(incident)
    assert kept is not None
    assert document.json(kept) == document.json(made)
    assert (kept.members[0].labelled, member(world).labelled) == (90, 95)


def test_an_incident_that_is_reopened_is_analyzed_anew(engine: Engine) -> None:
    world = broken(engine)
    reporting_ = desk(world)
    reporting_.explain_new()
    resolve(EvaluationStore(engine), world.settings, 1, "ana", "rolled back", NOON + timedelta(days=3))
    assert reporting_.explain_new() == []
    world.outcomes("erasure", "m" * 20, at=48, hours=48)
    world.evaluate(NOON + timedelta(days=3, hours=1))
    (again,) = reporting_.explain_new()
    assert [event.what for event in again.history] == ["opened", "resolved", "reopened"]
    assert reporting_.explain_new() == []


def test_after_the_end_of_an_incident_only_the_time_until_then_is_reported(engine: Engine) -> None:
    world = broken(engine)
    resolve(EvaluationStore(engine), world.settings, 1, "ana", "rolled back", NOON + timedelta(days=3))
    world.outcomes("erasure", "h" * 200, at=4 * 24, hours=5 * 24, text=TERSE)
    world.evaluate(NOON + timedelta(days=9))
    erasure = member(world)
    assert (erasure.labelled, erasure.missed, erasure.until) == (90, 40, NOON + timedelta(days=3))
    assert erasure.recent is not None
    assert erasure.since_release is not None
    assert erasure.recent.value == pytest.approx(50 / 90)
    assert erasure.since_release.value == pytest.approx(250 / 290)
    assert erasure.predictions == 90
    assert "from the onset until it was over" in document.markdown(analysed(world))


def test_the_anchor_is_what_was_active_at_the_page(engine: Engine) -> None:
    world = broken(engine)
    other = build(
        TICKETS, {("erasure", ""): Promise(Measured(0.5, 50))}, Provenance("x", "0" * 64, "csv", NOON)
    )
    AnchorStore(engine).add(other, [])
    AnchorStore(engine).activate(other, NOON + timedelta(days=30))
    erasure = member(world)
    assert (erasure.offline.value, erasure.compared) == (0.9, 50)
    monitoring = stages(erasure)[-1].found
    assert "held to its anchor since 2026-11-20 12:00 UTC" in monitoring
    assert not any("no anchor was active" in words for words in monitoring)


def test_an_anchor_activated_after_the_events_is_not_said_to_have_held_before(engine: Engine) -> None:
    world = World(engine)
    world.anchor(erasure=(0.9, 50))
    world.outcomes("erasure", "m" * 30, at=-60 * 24, hours=-60 * 24)
    world.evaluate(NOON - timedelta(days=58))
    assert not any(words.startswith("held to its anchor") for words in stages(member(world))[-1].found)


def test_trouble_with_one_incident_keeps_no_other_unexplained_and_is_tried_again(
    engine: Engine, tmp_path: Path
) -> None:
    world = broken(engine)
    world.anchor(Model("other", "1", "prod"), export=(0.9, 50))
    world.outcomes("export", "m" * 30, model=Model("other", "1", "prod"))
    world.evaluate()
    (tmp_path / "file").write_text("")
    stuck = desk(world, tmp_path / "file" / "reports")
    assert stuck.explain_new() == []
    mended = desk(world, tmp_path / "reports")
    assert len(mended.explain_new()) == 2
    assert len(list((tmp_path / "reports").iterdir())) == 6
