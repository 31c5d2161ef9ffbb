"""A version that another one answers for: out of the budget, of concerns and of incidents; its labels still count."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.review.incidents import IncidentRecords
from connectors.sql.review.status import StatusStore
from monitor.app.gate import ask_about
from monitor.app.stores import Stores
from monitor.domain.events.types import Model
from monitor.domain.incidents.history import VersionsRetired
from monitor.domain.judging.service import Service
from monitor.domain.telling.kinds import NoticeKind
from monitor.evaluate.versions import retire_version, revive_version
from reports.tables.gate import reason
from tests.incidents.falls import notices
from tests.stored import NOON, TICKETS, label, prediction, take
from tests.worlds import World

NEXT = Model("tickets", "8")
DAY = timedelta(days=1)


def two_versions(engine: Engine, hits: str = "h" * 20) -> World:
    """v7 answers on day 0, v8 from day 1 to day 12, an outcome a day."""
    world = World(engine)
    for model in (TICKETS, NEXT):
        world.anchor(model, erasure=(0.9, 40), refund=(0.9, 40))
    world.outcomes("erasure", hits, at=0)
    for day in range(1, 13):
        world.outcomes("erasure", "h", model=NEXT, at=24 * day, hours=24 * day)
    return world


def income(world: World, model: Model) -> float:
    held = world.cell("erasure", model=model).held
    assert held.income is not None
    return held.income.per_day if held.funded else 0.0


def test_the_successor_has_all_of_the_money_a_week_after_the_last_prediction(engine: Engine) -> None:
    world = two_versions(engine)
    world.evaluate(NOON + 6 * DAY)
    shared = income(world, NEXT)
    assert income(world, TICKETS) == shared
    world.evaluate(NOON + 12 * DAY)  # the traffic is read in this one
    world.evaluate(NOON + 12.1 * DAY)
    assert not world.cell("erasure", model=TICKETS).held.watched
    assert income(world, TICKETS) == 0.0
    assert income(world, NEXT) == 2 * shared
    assert StatusStore(engine).services()[TICKETS].service is Service.RETIRED
    asked = ask_about(Stores(world.settings, engine), TICKETS)
    assert reason(asked).startswith("it is retired since 2026-")


@pytest.mark.parametrize("first_look", [2, 42])
def test_a_version_whose_last_prediction_is_months_old_is_retired_and_that_prediction_known(
    engine: Engine, first_look: int
) -> None:
    world = two_versions(engine)
    world.outcomes("erasure", "h", model=NEXT, at=24 * 42, hours=24 * 42)
    for days in (first_look, 42.1, 42.2):  # the first may find nothing of the last four weeks
        world.evaluate(NOON + days * DAY)
    known = StatusStore(engine).services()[TICKETS]
    assert known.service is Service.RETIRED
    assert known.last_prediction == NOON + timedelta(hours=1)  # to the end of its hour


def test_an_agent_that_was_down_looks_at_the_traffic_before_it_retires_anybody(engine: Engine) -> None:
    """v7 answered on day 0 and 11, v8 every day; nobody judged between day 1 and day 12."""
    world = two_versions(engine)
    world.evaluate(NOON + DAY)
    world.outcomes("erasure", "h" * 5, at=24 * 11, hours=24 * 11)
    world.evaluate(NOON + 12 * DAY)
    assert StatusStore(engine).services()[TICKETS].retirement is None
    assert world.cell("erasure", model=TICKETS).held.watched


def test_what_a_retired_version_had_won_is_there_when_it_is_back_and_the_purse_is_as_it_was(
    engine: Engine,
) -> None:
    world = two_versions(engine, "hhhhhhhhmm")
    for days in (6.0, 12.0):
        world.evaluate(NOON + days * DAY)
    before, purse = world.cell("erasure", model=TICKETS), StatusStore(engine).purse()
    assert before.evidence > 0
    store = EvaluationStore(engine)
    for turn in range(2):
        retire_version(store, TICKETS, "ana", "", NOON + (12.1 + turn) * DAY)
        world.evaluate(NOON + (12.2 + turn) * DAY)
        away = world.cell("erasure", model=TICKETS).held
        assert (away.watched, away.income.per_day if away.income else None) == (None, 0.0)
        revive_version(store, TICKETS, NOON + (12.3 + turn) * DAY)
        world.evaluate(NOON + (12.4 + turn) * DAY)
    after = world.cell("erasure", model=TICKETS)
    assert after.held.watched
    assert after.evidence == before.evidence
    assert StatusStore(engine).purse() == purse


def test_labels_that_still_come_are_counted_under_a_retired_version(engine: Engine) -> None:
    world = two_versions(engine)
    for days in (12.0, 12.1):
        world.evaluate(NOON + days * DAY)
    take(world.store, prediction("late", "erasure", hours=1), label("late", "erasure"))
    world.evaluate(NOON + 12.2 * DAY)
    assert world.cell("erasure", model=TICKETS).labels.tally.support == 21


def test_nobody_hears_that_the_predictions_of_a_replaced_version_stopped(engine: Engine) -> None:
    world = two_versions(engine)
    for hour in range(2 * 24, 12 * 24, 6):
        world.evaluate(NOON + timedelta(hours=hour))
    assert [n for n in notices(engine) if n.kind is NoticeKind.STALE] == []


def test_an_incident_of_a_retired_version_ends_and_does_not_say_recovered(engine: Engine) -> None:
    world = two_versions(engine, "m" * 20)
    world.evaluate(NOON + 2 * DAY)
    for days in (12.0, 12.1):
        world.evaluate(NOON + days * DAY)
    (incident,) = IncidentRecords(engine).all()
    assert incident.state == "resolved"
    assert isinstance(incident.history[-1].why, VersionsRetired)
    last = notices(engine)[-1]
    assert last.kind is NoticeKind.RESOLVED


def test_a_person_s_word_retires_and_revives(engine: Engine) -> None:
    world = two_versions(engine)
    world.evaluate(NOON + 12 * DAY)
    store = EvaluationStore(engine)
    retire_version(store, NEXT, "ana", "shadow only", NOON + 12 * DAY)
    world.evaluate(NOON + 12.1 * DAY)
    known = StatusStore(engine).services()[NEXT]
    assert known.service is Service.RETIRED
    assert known.retirement is not None
    assert (known.retirement.by, known.retirement.why) == ("ana", "shadow only")
    assert not world.cell("erasure", model=NEXT).held.watched
    revive_version(store, NEXT, NOON + 12.2 * DAY)
    world.evaluate(NOON + 12.3 * DAY)
    assert world.cell("erasure", model=NEXT).held.watched
    assert income(world, NEXT) > 0
