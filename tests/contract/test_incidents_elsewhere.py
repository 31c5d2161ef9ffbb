"""The names that other systems have for incidents, in memory and on both databases."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from connectors.sql.database import writing
from connectors.sql.dialect import Dialect
from connectors.sql.incidents.elsewhere import IncidentsElsewhere
from monitor.review.ports import elsewhere
from tests.fakes.elsewhere import FakeIncidentsElsewhere


@pytest.fixture(params=["memory", "sqlite_engine", "postgresql_engine"])
def incidents(request: pytest.FixtureRequest) -> elsewhere.IncidentsElsewhere:
    if request.param == "memory":
        return FakeIncidentsElsewhere()
    engine: Engine = request.getfixturevalue(request.param)
    with writing(engine) as connection:
        Dialect(connection).run(
            "INSERT INTO incident (id, dedup_key, model_name, environment, state, opened_at_us, times_opened)"
            " VALUES (7, 'key-of-7', 'tickets', 'prod', 'opened', 1, 1)"
        )
    return IncidentsElsewhere(engine)


def test_an_incident_is_known_by_its_key_and_by_the_first_name_it_was_given(
    incidents: elsewhere.IncidentsElsewhere,
) -> None:
    assert (incidents.by_key("key-of-7"), incidents.by_key("another")) == (7, None)
    assert incidents.by_name("PagerDuty", "P1") is None
    incidents.remember("PagerDuty", "P1", 7)
    incidents.remember("PagerDuty", "P1", 8)
    assert incidents.by_name("PagerDuty", "P1") == 7
    assert incidents.by_name("Slack", "P1") is None


def test_an_incident_was_opened_when_it_was_reopened_last(engine: Engine) -> None:
    assert IncidentsElsewhere(engine).opened_at(1) is None
    with writing(engine) as connection:
        sql = Dialect(connection)
        sql.run(
            "INSERT INTO incident (id, dedup_key, model_name, environment, state, opened_at_us, times_opened)"
            " VALUES (1, 'key', 'tickets', 'prod', 'opened', 1000000, 2)"
        )
        for at_us, what in ((2_000_000, "opened"), (9_000_000, "reopened"), (11_000_000, "note")):
            sql.run(
                "INSERT INTO incident_event (incident_id, at_us, who, what, why) VALUES (1, ?, 'ana', ?, '')",
                at_us,
                what,
            )
    assert IncidentsElsewhere(engine).opened_at(1) == datetime(1970, 1, 1, 0, 0, 9, tzinfo=UTC)
