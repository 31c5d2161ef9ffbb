"""A week's report on slices: those that broke stand beneath their intent, whatever becomes of the intent itself."""

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine

from connectors.sql.review.weeks import WeekStore
from monitor.domain.events.types import Design
from monitor.domain.judging.judge import Verdict
from monitor.domain.judging.standing import Standing
from monitor.domain.slices.cells import Cell
from monitor.domain.weekly.counts import WeekCount
from monitor.domain.weekly.news import LabelMore
from monitor.domain.weekly.report import WeekReport
from monitor.domain.weekly.slices import SlicesOfIntent
from monitor.review import week_slices
from monitor.settings.settings import Settings
from reports.documents import weekly, weekly_object
from reports.words.weekly import suspicion
from tests.review.broken_slices import APP, CHANNELS, EMAIL, broken_by_email
from tests.review.weeks import WEEK, by_intent, report
from tests.stored import NOON, TICKETS
from tests.worlds import World


@pytest.fixture
def world(engine: Engine) -> World:
    return broken_by_email(engine)


def content(week: WeekReport) -> Any:  # noqa: ANN401
    return json.loads(msgspec.json.encode(weekly_object.as_object(week)))


def test_a_broken_slice_stands_beneath_its_intent_with_its_figures_and_its_siblings(world: World) -> None:
    erasure = by_intent(report(world))["erasure"]
    assert erasure.judgement.verdict is Verdict.OK
    email, chat = erasure.slices.broken
    assert (email.cell.slice_text, email.judgement.verdict) == ("channel=email", Verdict.DEGRADED)
    assert (email.live.value, email.live_support) == (35 / 80, 80)
    assert email.now == WeekCount(15, 45, 15.0, 60.0)  # the week before is not in it
    assert email.floor == pytest.approx(0.8)
    assert (email.offline, email.offline_support) == (0.9, 100)
    beside = [(each.cell.slice_text, each.live.value, each.support) for each in email.siblings]
    assert beside == [("channel=app", 1.0, 200), ("channel=chat", pytest.approx(1 / 3), 6)]
    assert (chat.cell.slice_text, chat.judgement.verdict) == ("channel=chat", Verdict.SUSPECT)
    assert erasure.slices.rest == {Standing.SEEN: 1}


def test_an_intent_of_which_a_slice_is_broken_stands_among_the_broken_first(world: World) -> None:
    week = report(world)
    assert [intent.cell.intent for intent in week.models[0].intents] == ["erasure", "access"]
    assert week.degraded == [Cell(TICKETS, "erasure", "channel=email")]
    assert [each.cell.slice_text for each in week.suspects] == ["channel=chat"]
    assert suspicion(week.suspects[0]).startswith("erasure [channel=chat] of tickets v7 (prod): ")


def test_the_page_the_text_and_the_json_show_the_slice_right_behind_its_intent(world: World) -> None:
    week = report(world)
    rows = [line for line in weekly.markdown(week).splitlines() if line.startswith(("| erasure", "| access"))]
    assert [row.split(" | ")[0] for row in rows] == [
        "| erasure",
        r"| erasure \[channel=email]",
        r"| erasure \[channel=chat]",
        "| access",
    ]
    assert "ok<br>1 slice degraded<br>1 slice suspect<br>others: 1 seen" in rows[0]
    assert "degraded | 0.90 of 100 | 0.80 | 0.44 of 80<br>" in rows[1]
    assert "0.25 of 60<br>0.15 to 0.38" in rows[1]
    assert "; other values since release: app 1.00 of 200, chat 0.33 of 6\n" in weekly.markdown(week)
    page = weekly.html(week)
    assert page.index("erasure [channel=email]") < page.index(">access<")
    made = content(week)
    assert made["broken"] == ["erasure [channel=email] of tickets v7 (prod)"]
    slices = made["models"][0]["intents"][0]["slices"]
    assert [each["slice"] for each in slices["broken"]] == ["channel=email", "channel=chat"]
    assert slices["broken"][0]["this_week"] == {"hits": 15, "misses": 45, "recall": 0.25}
    assert slices["broken"][0]["siblings"][0]["live"]["value"] == 1.0
    assert slices["rest"] == {"seen": 1}


def test_the_digest_names_a_broken_slice_and_a_suspected_one(world: World) -> None:
    lines = weekly.digest(report(world))
    assert ("broken now", "erasure [channel=email] of tickets v7 (prod)") in lines
    assert ("suspected", "erasure [channel=chat] of tickets v7 (prod)") in lines


def test_an_intent_of_which_a_slice_paged_is_not_told_to_be_blind(engine: Engine) -> None:
    world = World(
        engine, slices=CHANNELS, watch={"intents": ["erasure"]}, judge={"detect_within_days": 0.001}
    )
    world.anchor(erasure=(0.6, 400), erasure__channel__email=(0.9, 100))
    world.outcomes("erasure", "hmmm" * 15, slices=EMAIL)
    world.outcomes("erasure", "h" * 60, slices=APP)
    world.evaluate(NOON + timedelta(days=2))
    erasure = by_intent(report(world))["erasure"]
    assert (erasure.judgement.coverage.value, len(erasure.slices.degraded)) == ("blind", 1)
    labels = [cell for news in report(world).next if isinstance(news, LabelMore) for cell in news.cells]
    assert Cell(TICKETS, "erasure") not in labels


def test_slices_that_are_well_are_counts_alone(engine: Engine) -> None:
    world = World(engine, slices=CHANNELS)
    world.anchor(erasure=(0.6, 40), erasure__channel__app=(0.6, 40))
    world.outcomes("erasure", "h" * 80 + "m" * 24, slices=APP)
    world.evaluate(NOON + timedelta(days=2))
    text = weekly.markdown(report(world))
    assert "ok<br>slices: 1 seen" in text
    assert "channel=app" not in text
    assert "other values" not in text


def test_a_slice_that_is_not_configured_any_more_is_in_no_report(world: World) -> None:
    world.settings = Settings()
    week = report(world)
    assert by_intent(week)["erasure"].slices == SlicesOfIntent()
    assert week.degraded == []


def test_of_many_broken_slices_the_worst_are_listed_and_the_rest_counted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(week_slices, "SHOWN", 1)
    slices = by_intent(report(world))["erasure"].slices
    assert [each.cell.slice_text for each in slices.broken] == ["channel=email"]
    assert slices.rest == {Standing.SUSPECT: 1, Standing.SEEN: 1}


def test_a_slices_week_counts_its_tickets_only_weighed_where_they_stand_for_more(engine: Engine) -> None:
    world = World(engine)
    free = {"channel": "email", "tier": "free"}
    world.outcomes("erasure", "hm", slices=free, design=Design.BY_PREDICTION, probability=0.1)
    world.outcomes("erasure", "h", slices=EMAIL)
    world.outcomes("erasure", "h", slices=APP)
    world.outcomes("erasure", "hh")
    world.outcomes("refund", "h", slices=EMAIL)
    world.outcomes("erasure", "h", slices=EMAIL, at=7 * 24)
    cells = [Cell(TICKETS, "erasure", text) for text in ("channel=email", "tier=free", "channel=phone")]
    counts = WeekStore(engine).slice_counts(WEEK, cells, 0.01)
    assert counts == {cells[0]: WeekCount(2, 1, 11.0, 21.0), cells[1]: WeekCount(1, 1, 10.0, 20.0)}
    assert WeekStore(engine).slice_counts(WEEK, cells, 0.5)[cells[1]].weighed == 4.0
