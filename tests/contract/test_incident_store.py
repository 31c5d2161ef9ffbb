"""Incidents within an evaluation's transaction, on SQLite and PostgreSQL alike."""

from collections.abc import Mapping
from datetime import timedelta

import msgspec
from sqlalchemy import Engine

from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.incidents.oncall import OnCallStore
from monitor.domain.judging.state import ModelState
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.members import MemberFacts
from tests.notices import gdpr_erasure, notice
from tests.stored import NOON, TICKETS, prediction, rows, store, take


def plain(members: Mapping[Cell, MemberFacts]) -> list[bytes]:
    """To compare what went through JSON, which has no tuples."""
    return sorted(map(msgspec.json.encode, members.values()))


def test_an_incident_is_open_until_it_is_closed_and_the_next_has_another_key(engine: Engine) -> None:
    with EvaluationStore(engine).evaluation() as transaction:
        first = transaction.new_incident("tickets", "prod", NOON)
        assert transaction.open_incident("tickets", "prod") == first
        assert transaction.open_incident("tickets", "staging") is None
        assert transaction.open_incident("other", "prod") is None
    with EvaluationStore(engine).evaluation() as transaction:
        transaction.close_incident(first.id, "resolved", NOON)
        assert transaction.open_incident("tickets", "prod") is None
        second = transaction.new_incident("tickets", "prod", NOON)
        other = transaction.new_incident("tickets", "staging", NOON)

    assert len({first.dedup_key, second.dedup_key, other.dedup_key}) == 3


def test_members_keep_their_latest_facts_and_who_recovered_is_marked(engine: Engine) -> None:
    erasure, export = gdpr_erasure(), gdpr_erasure(cell=Cell(TICKETS, "data_export", "channel=email"))
    with EvaluationStore(engine).evaluation() as transaction:
        incident = transaction.new_incident("tickets", "prod", NOON).id
        transaction.save_members(incident, [erasure, export], [], NOON)
    later = msgspec.structs.replace(erasure, evidence=99.5)
    with EvaluationStore(engine).evaluation() as transaction:
        transaction.save_members(incident, [later], [erasure.cell], NOON + timedelta(hours=1))

    with EvaluationStore(engine).evaluation() as transaction:
        stored = transaction.open_incident("tickets", "prod")
    assert stored is not None
    assert plain(stored.members) == plain({erasure.cell: later, export.cell: export})
    assert stored.recovered == {erasure.cell}

    with EvaluationStore(engine).evaluation() as transaction:
        transaction.save_members(incident, [later], [], NOON)
        broken_again = transaction.open_incident("tickets", "prod")
    assert broken_again is not None
    assert broken_again.recovered == set()


def test_a_notice_is_written_once_for_each_sink(engine: Engine) -> None:
    for _ in range(2):
        with EvaluationStore(engine).evaluation() as transaction:
            transaction.enqueue(notice(), ["slack", "terminal"])
    assert rows(engine, "SELECT id, state, attempts FROM notification ORDER BY number") == [
        ("n-17-1-slack:slack", "pending", 0),
        ("n-17-1-slack:terminal", "pending", 0),
    ]


def test_a_person_and_an_evaluation_see_the_same_incident_and_the_same_release(engine: Engine) -> None:
    with EvaluationStore(engine).evaluation() as transaction:
        number = transaction.new_incident("tickets", "prod", NOON).id
        transaction.save_members(number, [gdpr_erasure()], [], NOON)
        transaction.mark_announced(number, [gdpr_erasure().cell], NOON)
        transaction.enqueue(notice(), ["slack"])
    with OnCallStore(engine).evaluation() as oncall:
        seen = oncall.incident(number)
        assert (oncall.incident(number + 1), oncall.released(TICKETS)) == (None, None)
        oncall.set_state(number, "acknowledged")
    take(store(engine), prediction("p1"))
    with EvaluationStore(engine).evaluation() as transaction:
        assert seen is not None
        assert transaction.incident(number) == seen._replace(state="acknowledged")
        assert transaction.released(TICKETS) is None
        transaction.save([], {TICKETS: ModelState(first_prediction=NOON)})
    with OnCallStore(engine).evaluation() as oncall:
        assert oncall.released(TICKETS) == NOON
