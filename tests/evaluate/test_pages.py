"""Cells that break and recover, and the incidents and notices that come of it."""

from datetime import timedelta

from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.review.incidents import IncidentRecords
from monitor.domain.events.types import Model
from monitor.domain.judging.judge import Verdict
from tests.stored import NOON, TICKETS, rows
from tests.worlds import NewWorld, World


def test_a_page_is_sent_once_and_not_again_while_it_lasts(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "h" * 5 + "m" * 20)
    assert world.evaluate().notices == 1
    world.outcomes("erasure", "m" * 20)
    assert world.evaluate().notices == 0
    assert world.evaluate().notices == 0

    assert world.kinds() == ["opened"]
    (incident,) = IncidentRecords(world.engine).all()
    assert incident.state == "opened"
    (member,) = incident.members
    assert (member.recent.value, member.recent_support) == (0.0, 20)  # since the onset, not the five hits
    assert (member.live_support, dict(member.misses_to)) == (25, {"other": 20})
    assert world.cell("erasure").judgement.verdict is Verdict.DEGRADED


def test_each_sink_gets_the_page(new_world: NewWorld) -> None:
    world = new_world(sinks=({"kind": "terminal", "name": "a"}, {"kind": "terminal", "name": "b"}))
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "m" * 20)
    world.evaluate()
    assert rows(world.engine, "SELECT sink FROM notification ORDER BY number") == [("a",), ("b",)]


def test_a_second_cell_joins_the_incident_that_is_open(world: World) -> None:
    world.anchor(erasure=(0.88, 38), export=(0.91, 40))
    world.outcomes("erasure", "m" * 20)
    world.evaluate()
    world.outcomes("export", "m" * 20)
    world.evaluate()

    assert world.kinds() == ["opened", "member_joined"]
    (incident,) = IncidentRecords(world.engine).all()
    assert {member.cell.intent for member in incident.members} == {"erasure", "export"}


def test_two_that_break_together_make_one_page(world: World) -> None:
    world.anchor(erasure=(0.88, 38), export=(0.91, 40))
    world.outcomes("erasure", "m" * 20)
    world.outcomes("export", "m" * 20)
    assert world.evaluate().notices == 1
    assert world.kinds() == ["opened"]


def test_models_in_different_environments_have_incidents_of_their_own(world: World) -> None:
    staging = Model("tickets", "7", "staging")
    for model in (TICKETS, staging):
        world.anchor(model, erasure=(0.88, 38))
        world.outcomes("erasure", "m" * 25, model=model)
    assert world.evaluate().notices == 2
    assert {incident.environment for incident in IncidentRecords(world.engine).all()} == {"prod", "staging"}


def test_a_recall_that_is_won_back_resolves_the_incident_and_the_next_fall_soon_after_reopens_it(
    world: World,
) -> None:
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "m" * 20)
    world.evaluate()
    world.outcomes("erasure", "h" * 80)
    world.evaluate()

    assert world.kinds() == ["opened", "resolved"]
    assert not world.cell("erasure").bet.broken
    (incident,) = IncidentRecords(world.engine).all()
    assert incident.state == "resolved"

    world.outcomes("erasure", "m" * 30, at=60, hours=60)  # half a day after: its money has come
    world.evaluate(NOON + timedelta(hours=60))
    assert world.kinds() == ["opened", "resolved", "reopened"]
    (again,) = IncidentRecords(world.engine).all()
    assert (again.id, again.state, again.closed_at) == (incident.id, "opened", None)
    assert [what for _, _, what, _ in again.history] == ["opened", "resolved", "reopened"]


def test_a_fall_long_after_the_last_incident_opens_another(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    for days, pattern in ((2, "m" * 20), (3, "h" * 80), (7, "m" * 30)):
        world.outcomes("erasure", pattern, at=24 * days, hours=24 * days)
        world.evaluate(NOON + timedelta(days=days))
    assert world.kinds() == ["opened", "resolved", "opened"]
    assert len(IncidentRecords(world.engine).all()) == 2


def test_what_broke_and_healed_between_two_looks_is_reported_as_both(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "m" * 20 + "h" * 80)
    world.evaluate()
    assert world.kinds() == ["opened", "resolved"]


def test_a_member_that_recovered_stays_recovered_when_another_joins(world: World) -> None:
    world.anchor(erasure=(0.88, 38), export=(0.91, 40), deletion=(0.9, 40))
    world.outcomes("erasure", "m" * 20)
    world.outcomes("export", "m" * 20)
    world.evaluate()
    world.outcomes("erasure", "h" * 80)
    world.evaluate()
    world.outcomes("deletion", "m" * 20)
    world.evaluate()

    with EvaluationStore(world.engine).evaluation() as transaction:
        incident = transaction.open_incident("tickets", "prod")
    assert incident is not None
    assert {cell.intent for cell in incident.recovered} == {"erasure"}
