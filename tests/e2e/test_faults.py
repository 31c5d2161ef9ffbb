"""Every fault of docs/operations.md at once, in short and from a seed; `make soak` is the long one."""

from pathlib import Path

from tests.e2e.soak import Plan, soak
from tests.services.apache_kafka import ApacheKafka
from tests.services.postgresql import PostgreSQL

SHORT = Plan(
    events=6_000,
    kills=6,
    pauses=1,
    kafka_restarts=1,
    postgresql_restarts=1,
    session_ms=3_000,
    seed=20261122,
)


def test_agents_that_die_and_pause_while_broker_and_database_restart_lose_and_double_nothing(
    tmp_path: Path, apache_kafka: ApacheKafka, postgresql: PostgreSQL
) -> None:
    report = soak(SHORT, tmp_path, apache_kafka, postgresql, print)

    assert report.wrong == []
    assert (report.lost, report.doubled) == (0, 0)
    assert report.kills >= SHORT.kills
    assert (report.pauses, report.kafka_restarts, report.postgresql_restarts) == (1, 1, 1)
    assert report.duplicates > SHORT.events * 0.04
    assert report.outcomes > SHORT.events / 5
