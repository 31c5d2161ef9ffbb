"""A group is asked about like a cell: at the gate, in a week's report, on the past, and after an erasure."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine

from connectors.sql.erasure import ErasureStore
from connectors.sql.review.analyses import AnalysisStore
from connectors.sql.review.incidents import IncidentRecords
from connectors.sql.review.missed_tickets import MissedTickets
from connectors.sql.review.status import StatusStore
from monitor.app import backtesting
from monitor.app.analyses import Analyses
from monitor.app.backtesting import Trial, replaying
from monitor.app.gate import ask_about
from monitor.app.metrics import of_cells
from monitor.app.wiring import App
from monitor.domain.analysis.analysis import analyze
from monitor.domain.backtest.by_the_label import BEFORE
from monitor.domain.backtest.pages import ALONE, GROUPS_ALONE, OURS
from monitor.domain.incidents.wrong_labels import elsewhere
from monitor.domain.judging.gate import Gate
from monitor.domain.judging.state import CellState
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.silences import Silence, parse_matchers
from monitor.review.backtest import backtest
from monitor.review.status import overview
from monitor.settings.settings import Settings
from reports.tables.budget import budget_view
from tests.review.weeks import by_intent, report
from tests.stored import NOON, TICKETS
from tests.worlds import World

RARE = Cell.of_group(TICKETS, "rare")
INTENTS = ("access", "erasure", "export")


@pytest.fixture
def world(engine: Engine) -> World:
    """Six good days and eight bad ones of three intents, judged every day."""
    made = World(engine, judge={"groups_share": 0.5})
    made.anchor(TICKETS, **dict.fromkeys(INTENTS, (0.9, 40)))
    for day in range(14):
        for intent in INTENTS:
            made.outcomes(intent, "hhh" if day < 6 else "mhm", at=24 * day, hours=24 * (day - 1))
        made.evaluate(NOON + timedelta(days=day, hours=1))
    return made


@pytest.fixture
def app(world: World) -> Iterator[App]:
    made = App(world.settings, world.engine)
    yield made
    made.close()


def group_of(world: World) -> CellState:
    (state,) = (s.state for s in StatusStore(world.engine).cells() if s.state.cell == RARE)
    return state


def test_a_group_has_its_line_at_the_gate_and_its_part_of_the_budget(world: World, app: App) -> None:
    answer = ask_about(app, TICKETS)
    assert answer.gate is Gate.BROKEN
    assert ("group rare", Gate.BROKEN) in [(each.cell.name, each.gate) for each in answer.cells]

    content: Any = budget_view(overview(app.status, app.incidents, app.settings, app.address)).content
    parts = {part["cell"]: part for part in content["cells"]}
    assert parts["group rare"]["share"] == pytest.approx(0.5)
    assert parts["erasure"]["share"] == pytest.approx(0.5 / 3)


def test_the_metrics_of_a_group_are_those_of_an_intent_by_its_name(world: World) -> None:
    samples = [sample for family in of_cells(StatusStore(world.engine).cells()) for sample in family.samples]
    floors = {s.labels["intent"]: s.value for s in samples if s.name == "anchorwatch_intent_floor_ratio"}
    assert floors == {
        "group rare": pytest.approx(0.8),
        **{intent: pytest.approx(0.8) for intent in INTENTS},
    }


def test_the_past_gives_the_groups_page_at_the_outcome_that_brought_it(world: World, app: App) -> None:
    with replaying(app, world.settings, None) as (history, evaluate):
        done = backtest(
            history,
            evaluate,
            onset=None,
            settings=world.settings,
            compare=True,
            streams=3,
            seed=1,
        )
    (incident,) = IncidentRecords(world.engine).all()
    (member,) = (member for member in incident.members if member.cell == RARE)
    ours = [(page.rule, page.seq) for page in done.pages if page.cell == RARE]
    both = [(OURS, member.page_seq), (GROUPS_ALONE, member.page_seq)]
    assert ours == both  # other rules know no groups
    assert [page.cell for page in done.pages if page.rule == GROUPS_ALONE] == [RARE]
    streams = {rule.rule: rule.streams for rule in done.false_pages}
    assert (streams[OURS], streams[GROUPS_ALONE], streams[BEFORE]) == (
        12,
        3,
        9,
    )  # of three intents and a group


def test_beside_it_stands_what_there_would_have_been_without_groups(world: World) -> None:
    days: list[int] = []
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.model_validate({**dict(world.settings), "database": {"url": url}})
    beside = backtesting.run(settings, None, Trial(compare=True, histories=3), days.append, days.append)
    without = settings.model_copy(update={"judge": settings.judge.model_copy(update={"groups_share": 0.0})})
    alone = backtesting.run(without, None, Trial(histories=3), days.append, days.append)
    of_rule = {rule: [page for page in beside.pages if page.rule == rule] for rule in (OURS, ALONE)}
    assert [page.cell for page in of_rule[OURS]].count(RARE) == 1
    assert RARE not in [page.cell for page in of_rule[ALONE]]
    assert [(page.cell, page.seq) for page in of_rule[ALONE]] == [
        (page.cell, page.seq) for page in alone.pages
    ]
    assert [rule.streams for rule in beside.false_pages if rule.rule == ALONE] == [9]  # of three intents


def test_a_groups_incident_can_be_analyzed(world: World, app: App) -> None:
    (analysis,) = Analyses(app, lambda: NOON).explain_new()
    (member,) = (member for member in analysis.members if member.cell == RARE)
    assert (member.labelled, member.missed) == (72, 48)  # eight days, two misses of three
    assert member.shifts[0].intent == "other"


def test_a_group_that_is_gone_is_analyzed_and_its_missed_tickets_are_listed_as_before(
    world: World, app: App
) -> None:
    (incident,) = IncidentRecords(world.engine).all()
    (member,) = (member for member in incident.members if member.cell == RARE)
    assert member.intents == INTENTS
    desk = Analyses(app, lambda: NOON)
    before = {t.prediction_id for t in MissedTickets(world.engine).since_onset(1, member)}
    cells = [status.state for status in StatusStore(world.engine).cells()]
    (recent,) = (each.recent for each in analyze(desk.case(incident)).members if each.cell == RARE)
    others = elsewhere(group_of(world), cells, 24, member.intents)

    judge = world.settings.judge.model_copy(update={"groups_share": 0.0})
    world.settings = world.settings.model_copy(update={"judge": judge})
    world.evaluate(NOON + timedelta(days=14, hours=1))
    assert RARE not in [status.state.cell for status in StatusStore(world.engine).cells()]
    (incident,) = IncidentRecords(world.engine).all()
    (member,) = (member for member in incident.members if member.cell == RARE)
    assert {t.prediction_id for t in MissedTickets(world.engine).since_onset(1, member)} == before
    assert len(before) == 48
    (analyzed,) = (each for each in analyze(desk.case(incident)).members if each.cell == RARE)
    assert (analyzed.labelled, analyzed.missed, analyzed.recent) == (72, 48, recent)
    assert elsewhere(CellState(RARE), cells, 24, member.intents) == others
    assert others.labels == 0  # the model has no other intent


def test_an_incident_of_before_has_the_members_that_its_group_has_now(world: World) -> None:
    (incident,) = IncidentRecords(world.engine).all()
    (member,) = (member for member in incident.members if member.cell == RARE)
    old = msgspec.structs.replace(member, intents=())
    missed = [MissedTickets(world.engine).since_onset(1, each) for each in (old, member)]
    assert missed[0] == missed[1]
    tickets = [AnalysisStore(world.engine).tickets(each.cell, each.intents).tickets for each in (old, member)]
    assert len(tickets[0]) == len(tickets[1]) == 126


def test_a_groups_weeks_are_those_of_its_members_together(world: World) -> None:
    rows = by_intent(report(world))
    group, single = rows[RARE.intent], [rows[intent] for intent in INTENTS]
    assert group.now.support == sum(row.now.support for row in single) > 0
    hits = [[week.hits for week in row.trend] for row in single]
    assert [week.hits for week in group.trend] == [sum(each) for each in zip(*hits, strict=True)]
    assert group.offline == pytest.approx(0.9)
    assert group.floor == pytest.approx(0.8)


def test_an_erasure_takes_its_outcomes_out_of_the_group(world: World) -> None:
    before = group_of(world).labels.tally
    ErasureStore(world.engine).erase(["p1", "p40"], None, NOON)
    world.evaluate(NOON + timedelta(days=14))
    after = group_of(world)
    assert (before.support, after.labels.tally.support) == (126, 124)
    assert after.bet.detector is not None
    assert after.bet.detector.outcomes == 124
    again = replace(after.bet.detector, last_seq=0)
    world.evaluate(NOON + timedelta(days=14, hours=1))
    state = group_of(world)
    assert state.bet.detector is not None
    assert replace(state.bet.detector, last_seq=0).dumps() == again.dumps()


@pytest.mark.parametrize(
    ("words", "cells"),
    [
        (["group=rare"], {"group rare"}),
        (["group=*"], {"group rare", *INTENTS}),
        (["intent=group *"], {"group rare"}),
        (["intent=e*"], {"erasure", "export"}),
    ],
)
def test_a_silence_names_a_group_by_itself_or_like_an_intent(words: list[str], cells: set[str]) -> None:
    matchers, problems = parse_matchers(words)
    silence = Silence(
        id=1, matchers=matchers, author="ana", reason="x", begins=NOON, ends=NOON + timedelta(hours=1)
    )
    assert not problems
    known = [RARE, *(Cell(TICKETS, intent) for intent in INTENTS)]
    assert {str(cell) for cell in known if silence.covers(cell, NOON)} == cells
