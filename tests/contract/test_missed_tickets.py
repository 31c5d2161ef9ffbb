"""The missed tickets of an incident by id, on SQLite and PostgreSQL alike."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine

from connectors.sql.erasure import ErasureStore
from connectors.sql.review import missed_tickets as sql_missed_tickets
from connectors.sql.review.incidents import IncidentRecords
from connectors.sql.review.missed_tickets import MissedTickets
from monitor.domain.slices.cells import Cell
from monitor.errors import ConfigError
from monitor.review.missed_tickets import missed_tickets
from tests.stored import NOON, TICKETS
from tests.worlds import LATER, World


def fallen(engine: Engine) -> tuple[World, list[str], list[str]]:
    """Refunds that were found by e-mail until they were not: the ids of the hits before, and of the misses since."""
    world = World(engine)
    world.anchor(refund=(0.9, 50))
    before = world.outcomes("refund", "h" * 40, slices={"channel": "email"})
    since = [
        *world.outcomes("refund", "m" * 30, slices={"channel": "email"}, at=1),
        *world.outcomes("refund", "m" * 5, slices={"channel": "chat"}, at=2),
    ]
    world.evaluate()
    return world, before, since


def ids(engine: Engine, pattern: str = "", most: int | None = None) -> list[str]:
    (incident,) = IncidentRecords(engine).all()
    return [t.prediction_id for t in missed_tickets(MissedTickets(engine), incident, pattern, most)]


def test_they_are_those_that_were_missed_since_the_onset_the_newest_first(engine: Engine) -> None:
    world, _, since = fallen(engine)
    world.outcomes("bug", "m" * 5, at=3)  # another intent's
    assert set(ids(engine)) == set(since)
    assert set(ids(engine)[:5]) == set(since[30:])  # those by chat came an hour later
    assert ids(engine, most=3) == ids(engine)[:3]
    (incident,) = IncidentRecords(engine).all()
    (newest,) = missed_tickets(MissedTickets(engine), incident, most=1)
    assert (newest.predicted, newest.intent, newest.slices) == ("other", "refund", {"channel": "chat"})
    assert newest.predicted_at == NOON + timedelta(hours=2)
    assert newest.labelled_at == NOON + timedelta(days=1)


def test_an_erased_one_is_named_no_more_and_one_that_is_corrected_is_no_miss(engine: Engine) -> None:
    world, _, since = fallen(engine)
    ErasureStore(engine).erase(since[:2], None, NOON + LATER)
    world.correct(since[2:4], "other")
    assert set(ids(engine)) == set(since[4:])


def test_a_slice_has_its_own_and_a_ticket_that_an_intent_and_its_slice_share_is_named_once(
    engine: Engine,
) -> None:
    _, _, since = fallen(engine)
    (incident,) = IncidentRecords(engine).all()
    (whole,) = incident.members
    both = incident._replace(members=[whole, replace(whole, cell=Cell(TICKETS, "refund", "channel=email"))])
    found = missed_tickets(MissedTickets(engine), both)
    assert sorted(ticket.prediction_id for ticket in found) == sorted(since)
    assert {str(ticket.cell) for ticket in found} == {"refund"}
    of_slice = missed_tickets(MissedTickets(engine), both, "*email*")
    assert {ticket.prediction_id for ticket in of_slice} == set(since[:30])


def test_a_group_has_those_of_all_its_intents(engine: Engine) -> None:
    world = World(engine, judge={"groups_share": 0.9}, watch={"intents": ["refund", "bug"]})
    world.anchor(refund=(0.9, 50), bug=(0.9, 50))
    world.outcomes("refund", "h" * 10)
    world.outcomes("bug", "h" * 10)
    since = [
        name for _ in range(10) for intent in ("refund", "bug") for name in world.outcomes(intent, "m", at=1)
    ]
    world.evaluate()
    assert set(ids(engine, "group rare")) == set(since)


def test_a_cell_that_is_no_member_is_refused_with_what_was_meant(engine: Engine) -> None:
    fallen(engine)
    with pytest.raises(ConfigError) as refused:
        ids(engine, "refnd")
    assert refused.value.problems == ["--cell refnd: incident 1 has no such member; did you mean refund?"]


def test_what_was_missed_after_a_person_said_that_it_was_over_is_not_among_them(engine: Engine) -> None:
    world, _, since = fallen(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE incident SET closed_at_us = {int((NOON + LATER).timestamp() * 1e6)}"
        )
    world.outcomes("refund", "mm", at=60, hours=60)
    assert set(ids(engine)) == set(since)


def test_many_are_read_a_chunk_at_a_time_and_none_is_left_out(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, since = fallen(engine)
    monkeypatch.setattr(sql_missed_tickets, "CHUNK", 3)
    assert sorted(ids(engine)) == sorted(since)
