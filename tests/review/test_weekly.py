"""The weekly report: every number from the database, for empty weeks and full weeks, on both databases."""

import json
import math
from datetime import timedelta

import msgspec
import pytest

from connectors.sql.anchors import AnchorStore
from monitor.domain.anchors.grade import Grade, Graded
from monitor.domain.detection.detectability import days_to_page
from monitor.domain.events.types import Design, Model
from monitor.domain.recall.intervals import confidence_sequence
from monitor.domain.slices.cells import Cell
from monitor.domain.weekly.calendar import Week
from monitor.domain.weekly.counts import WeekCount
from monitor.domain.weekly.news import (
    CoverageMoved,
    FirstLabelled,
    ImportAnchor,
    IncidentsEnded,
    IncidentsOpened,
    LookAtIncident,
    MeasureAnew,
    RecallMoved,
    VersionAppeared,
)
from reports.documents import weekly, weekly_object
from tests.incidents.falls import oncall, resolve
from tests.review.weeks import HOUR, WEEK, by_intent, report
from tests.stored import NOON, TICKETS, label, prediction, store, take
from tests.worlds import World


def test_labelled_tickets_count_in_the_week_of_their_prediction(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "hhhm")
    world.outcomes("erasure", "mmh", at=-7 * 24)
    world.outcomes("erasure", "h", at=3 * 24)  # Monday of the next week
    world.evaluate(NOON + timedelta(days=6))
    erasure = by_intent(report(world))["erasure"]
    assert [(count.hits, count.misses) for count in erasure.trend[-3:]] == [(0, 0), (1, 2), (3, 1)]
    assert erasure.moved == pytest.approx(0.75 - 1 / 3)
    assert by_intent(report(world, WEEK.before(-1)))["erasure"].now == WeekCount(1, 0, 1.0, 1.0)


def test_an_incident_is_reported_with_the_time_of_each_step_and_pages_are_counted(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "m" * 20)
    world.evaluate(NOON + 30 * HOUR)
    oncall(world).acknowledge(1, "ana", "looking", NOON + 31 * HOUR)
    resolve(world, 1, "ana", "rolled back", NOON + 35 * HOUR)
    week = report(world)
    (incident,) = week.incidents
    assert (incident.to_notice, incident.to_acknowledge, incident.to_resolve) == (30 * HOUR, HOUR, 5 * HOUR)
    assert week.pages == 1
    assert {IncidentsOpened((1,)), IncidentsEnded((1,))} <= set(week.changes)
    assert report(world, WEEK.before(1)).incidents == []
    assert report(world, WEEK.before(1)).pages == 0


def test_what_fell_is_a_change_only_where_chance_could_not_have_done_it(world: World) -> None:
    world.anchor(erasure=(0.88, 38), export=(0.88, 38))
    world.outcomes("erasure", "h" * 40, at=-7 * 24)
    world.outcomes("erasure", "m" * 20 + "h" * 20)
    world.outcomes("export", "hhhh", at=-7 * 24)
    world.outcomes("export", "hhhm")
    world.evaluate()
    moved = [news for news in report(world).changes if isinstance(news, RecallMoved)]
    assert moved == [RecallMoved(Cell(TICKETS, "erasure"), -0.5)]


def test_weighed_labels_are_weighed_and_have_no_weekly_interval(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "h" * 4, design=Design.BY_PREDICTION, probability=0.1)
    world.outcomes("erasure", "m" * 4, design=Design.BY_PREDICTION, probability=1.0)
    world.evaluate()
    erasure = by_intent(report(world))["erasure"]
    assert erasure.weighted
    assert erasure.now.recall(weighted=True) == pytest.approx(40 / 44)
    assert erasure.now.interval(weighted=True) is None
    assert "0.91 of 8<br>weighed" in weekly.markdown(report(world))


def test_what_to_do_names_the_open_incident_the_grade_and_the_model_without_an_anchor(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    (listed,) = AnchorStore(world.engine).all()
    AnchorStore(world.engine).keep_grades(listed.anchor, {"erasure": Graded(Grade.UNTRUSTED, ["made up"])})
    world.outcomes("erasure", "m" * 20)
    world.outcomes("refund", "hh", model=Model("other", "1", "prod"))
    world.evaluate()
    week = report(world)
    assert week.next[0] == LookAtIncident(1)
    assert MeasureAnew((Cell(TICKETS, "erasure"),)) in week.next
    assert ImportAnchor((Model("other", "1", "prod"),)) in week.next


@pytest.mark.parametrize("intents", [0, 1, 2, 150])
def test_any_number_of_intents_makes_a_sensible_report(world: World, intents: int) -> None:
    if intents:
        world.anchor(TICKETS, **{f"intent_{i}": (0.9, 50) for i in range(intents)})
        world.outcomes("intent_0", "hhm")
        world.evaluate()
    week = report(world)
    assert len(by_intent(week)) == intents
    parsed = json.loads(msgspec.json.encode(weekly_object.as_object(week)))
    assert sum(len(model["intents"]) for model in parsed["models"]) == intents
    page, text = weekly.html(week), weekly.markdown(week)
    assert page.count("<svg") == intents
    assert ("There is no model yet" in page, "There is no model yet" in text) == (not intents, not intents)


def test_live_recall_the_wait_for_a_fall_and_the_anchor_are_reported(world: World) -> None:
    world.anchor(erasure=(0.88, 38), export=(0.88, 38))
    world.outcomes("erasure", "h" * 18 + "mm")
    world.evaluate(NOON + timedelta(days=2))
    week = report(world)
    (model,) = week.models
    erasure = by_intent(week)["erasure"]
    assert (erasure.live_support, erasure.live.value) == (20, 0.9)
    assert (erasure.live.low, erasure.live.high) == pytest.approx(tuple(confidence_sequence(18, 2)))
    # ln(lambda/m) / KL(f - .30, f) labels, ten a day from the first prediction to the evaluation two days later
    state = world.cell("erasure")
    assert state.held.income is not None
    assert erasure.unseen_days == days_to_page(state.held.income.per_day, state.held.floor or 0.0, 20 / 2)
    assert by_intent(week)["export"].unseen_days == math.inf
    assert (
        json.loads(msgspec.json.encode(weekly_object.as_object(week)))["models"][0]["anchor"]["source"]
        == "r.json"
    )
    assert model.grades == {"": 2}
    assert "of its offline numbers 2 not audited" in weekly.markdown(week)
    assert "| never<br>blind |" in weekly.markdown(week)


def labelled(world: World, week_hours: int, share: float, after_hours: int) -> None:
    """Twenty predictions, so many of them labelled so long after."""
    names = [f"w{week_hours}-{n}" for n in range(20)]
    count = int(20 * share)
    take(
        store(world.engine),
        *(prediction(name, hours=week_hours) for name in names),
        *(label(name, hours=week_hours + after_hours - 24) for name in names[:count]),
    )


def test_coverage_that_moved_is_a_change_and_labels_that_are_only_late_are_none(world: World) -> None:
    labelled(world, -7 * 24, 1.0, 24)
    labelled(world, 0, 0.25, 24)
    world.evaluate()
    assert CoverageMoved(TICKETS, before=1.0, now=0.25) in report(world).changes

    late = World(world.engine)
    labelled(late, -7 * 24 + 1, 1.0, 200)  # known only after the moment at which the last week is looked at
    late.evaluate()
    assert CoverageMoved(TICKETS, before=0.5, now=0.25) in report(world).changes


def test_a_version_is_new_in_the_week_of_its_first_prediction_only(world: World) -> None:
    take(store(world.engine), prediction("old", hours=-60 * 24), label("old"), prediction("back"))
    take(store(world.engine), prediction("new", model=Model("tickets", "8", "prod")), label("new"))
    world.evaluate()
    new = [news for news in report(world).changes if isinstance(news, VersionAppeared)]
    assert new == [VersionAppeared(Model("tickets", "8", "prod"))]


def test_an_intent_is_labelled_for_the_first_time_only_once(world: World) -> None:
    world.outcomes("erasure", "h", at=-100 * 24)
    world.outcomes("erasure", "h")
    world.outcomes("export", "h")
    world.evaluate()
    first = [news for news in report(world).changes if isinstance(news, FirstLabelled)]
    assert first == [FirstLabelled(Cell(TICKETS, "export"))]


def test_pages_are_reported_of_the_week_and_of_a_year(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "m" * 20)
    world.evaluate(NOON + 30 * HOUR)
    week = report(world, WEEK.before(-5))
    assert (week.pages, week.pages_in_a_year) == (0, 1)
    assert "0 pages this week, 1 in 52 weeks" in weekly.markdown(week)


@pytest.mark.parametrize(
    "text",
    ["9999-W52", "0001-W01", "26-W47", "2026-W54", "2026-W00", "2026W47", "2026-W7", " 2026-W47", "٢٠٢٦-W47"],
)
def test_what_is_no_week_of_events_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Week.parse(text)


def test_the_first_and_the_last_week_can_be_reckoned_with() -> None:
    for text in ("2000-W01", "2099-W53"):
        week = Week.parse(text)
        assert str(week) == text
        assert week.before(60) < week < Week.of(week.end)
