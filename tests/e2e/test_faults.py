"""Every fault of docs/operations.md at once, in short and from a seed; `make soak` is the long run."""

from pathlib import Path

import psycopg
import pytest

from tests.e2e.chaos import Chaos
from tests.e2e.plans import Plan, Report
from tests.e2e.recount import audit
from tests.services.apache_kafka import ApacheKafka
from tests.services.postgresql import PostgreSQL

SHORT = Plan(
    events=6_000,
    kills=6,
    pauses=1,
    kafka_restarts=1,
    postgresql_restarts=1,
    aborts=1,
    clock_steps=1,
    session_ms=2_000,
    seed=20261122,
)


@pytest.mark.usefixtures("refused")
def test_agents_that_die_and_pause_while_broker_and_database_restart_lose_and_double_nothing(
    tmp_path: Path, own_apache_kafka: ApacheKafka, own_postgresql: PostgreSQL
) -> None:
    chaos = Chaos(SHORT, tmp_path, own_apache_kafka, own_postgresql, print)
    chaos.run()
    audit(chaos, own_apache_kafka)

    report = chaos.report
    assert report.wrong == []
    assert (report.lost, report.doubled) == (0, 0)
    assert report.kills >= SHORT.kills
    assert (report.pauses, report.kafka_restarts, report.postgresql_restarts) == (1, 1, 1)
    assert report.aborts + report.clock_steps >= 1
    assert report.pages >= 1
    assert report.duplicates > SHORT.events * 0.04
    assert report.outcomes > SHORT.events / 5

    the_audit_would_have_seen_it(chaos, own_apache_kafka)
    chaos.books.close()


def the_audit_would_have_seen_it(chaos: Chaos, broker: ApacheKafka) -> None:
    """Lose an hour of traffic and a label, and count a record twice: it must come out."""
    with psycopg.connect(chaos.url) as connection:
        for table, key in (("traffic", "hour"), ("label", "label_id")):
            connection.execute(f"DELETE FROM {table} WHERE {key} = (SELECT min({key}) FROM {table})")
        connection.execute("UPDATE event_count SET count = count + 1 WHERE became = 'prediction'")
    chaos.report = Report()
    audit(chaos, broker)
    assert chaos.report.doubled >= 1
    assert chaos.report.lost >= 1
    assert len(chaos.report.wrong) >= 2
