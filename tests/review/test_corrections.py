"""What agents' corrections say of recall: in the weekly report, on an intent's page and in an incident's analysis."""

import json

import pytest
from sqlalchemy import Engine

from monitor.domain.events.types import Design, Kind
from monitor.domain.recall.corrected import BoundsOnly
from reports.documents import analysis as document
from reports.documents import weekly, weekly_object
from reports.objects import json_text
from reports.tables.cell import cell_view
from reports.words.corrections import sentence
from tests.review.broken_channel import analysed, broken
from tests.review.looked import looked
from tests.review.weeks import by_intent, report
from tests.stored import label, prediction, store, take
from tests.worlds import World


def routed(world: World) -> None:
    """40 of 100 are found; 60 were routed as another intent, of which agents corrected every second; all are drawn."""
    world.anchor(erasure=(0.88, 38))
    take(world.store, *(prediction(f"p{i}", "erasure" if i < 40 else "billing") for i in range(100)))
    drawn = {"design": Design.UNIFORM, "probability": 0.5}
    take(world.store, *(label(f"p{i}", "erasure", **drawn) for i in range(100)))
    re_routed(world, [f"p{i}" for i in range(40, 100, 2)])
    world.evaluate()


def re_routed(world: World, names: list[str]) -> None:
    take(
        store(world.engine),
        *(label(name, "erasure", label_id=f"zd-{name}", kind=Kind.CORRECTION) for name in names),
    )


def test_the_weekly_report_has_them_beside_the_reasons(world: World) -> None:
    routed(world)
    week = report(world)
    corrected = by_intent(week)["erasure"].corrected
    assert corrected.recall.value == pytest.approx(0.4)
    shown = weekly_object.as_object(week)["models"][0]["intents"][0]["corrections"]
    assert shown["recall"]["low"] == corrected.recall.low
    assert sentence(corrected) in " ".join(weekly.markdown(week).replace("\\", "").split())


def test_a_report_without_any_says_nothing_of_them(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "hhm")
    world.evaluate()
    assert by_intent(report(world))["erasure"].corrected is None
    assert "re-routed" not in weekly.markdown(report(world))


def test_the_page_of_an_intent_has_them(world: World) -> None:
    routed(world)
    look = looked(world)
    assert look.corrected is not None
    view = cell_view(look)
    assert sentence(look.corrected) in str(view.blocks)
    assert json.loads(json_text(view.content))["corrections"]["corrected"] == 30


def test_an_analysis_has_those_since_the_onset(engine: Engine) -> None:
    world = broken(engine)
    assert "re-routed" not in document.markdown(analysed(world))
    re_routed(world, [f"p{number}" for number in range(1, 91)])
    (member,) = analysed(world).members
    corrected = member.lifecycle.corrected
    assert corrected is not None
    assert corrected.bounds_only is BoundsOnly.TOO_FEW  # the labels do not say how their tickets were chosen
    assert f"since the onset {sentence(corrected)}" in document.markdown(analysed(world)).replace("\\", "")
    shown = json.loads(document.json(analysed(world)))["members"][0]["corrections"]
    assert shown["corrected"] == corrected.corrected > 0
