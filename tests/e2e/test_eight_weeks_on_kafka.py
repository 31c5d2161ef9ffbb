"""The same eight weeks from Kafka: seven by cron, which makes up for each report, the last by an agent that stays."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.kafka.embedded import EmbeddedBroker
from tests.e2e.agent import Agent
from tests.e2e.eight_weeks.desk import Desk
from tests.e2e.eight_weeks.recount import counted, of_status, tallies
from tests.e2e.eight_weeks.story import CONFIGURATION, RELEASES, cron, release
from tests.e2e.eight_weeks.tickets import BEGIN, DAYS, Event, Life
from tests.services.kafka_tools import create_topic, new_name, produce

MORE = """
kafka:
  bootstrap_servers: {bootstrap}
  group_id: {group}
  topics:
    predictions: {predictions}
    labels: {labels}
  session_timeout_ms: 2000
  heartbeat_interval_ms: 300
limits:
  future_hours: 876000 # the agent that stays goes by the clock of this machine
schedule:
  evaluate_seconds: 0.5
"""
DIGEST = ("  folder: weekly\n", "  folder: weekly\n  send_to: [terminal]\n")
TOPICS = ("predictions", "labels")


def test_cron_on_kafka_writes_each_report_once_and_every_event_counts_once(
    tmp_path: Path, embedded_broker: EmbeddedBroker
) -> None:
    bootstrap, topics = embedded_broker.bootstrap, {name: new_name(name) for name in TOPICS}
    for topic in topics.values():
        create_topic(bootstrap, topic)
    more = MORE.format(bootstrap=bootstrap, group=new_name("agents"), **topics)
    life, told, last = Life(), {}, BEGIN
    with pytest.MonkeyPatch.context() as patch:
        desk = Desk(tmp_path, CONFIGURATION.replace(*DIGEST) + more, patch, BEGIN)
        for name, version, examples in RELEASES:
            release(desk, name, version, examples)
        for day in (1, *range(7, DAYS, 7)):
            send(bootstrap, topics, life.between(last, last := cron(day)))
            desk.at(last)
            told[day] = desk("run", "--once")
        desk("run", "--once")  # once more on the same day: nothing is due
        written = [f"reliability-2026-W{week}.html" for week in range(40, 47)]
        assert sorted(path.name for path in (tmp_path / "weekly").glob("reliability-*.html")) == written
        for week, day in enumerate(range(7, DAYS, 7), 40):
            assert [f"2026-W{other}" in told[day] for other in (week - 1, week, week + 1)] == [
                False,
                True,
                False,
            ]

        every = life.between(BEGIN, cron(DAYS))
        send(bootstrap, topics, life.between(last, cron(DAYS)))
        with Agent(["run", "--config", "anchorwatch.yaml"], tmp_path) as agent:
            agent.wait_until(lambda: taken(tmp_path) >= len(every), "all taken in")
            agent.terminate(within_s=30)
        desk.at(cron(DAYS) + timedelta(minutes=1))
        desk("run", "--once")  # what the agent took in last is judged
        assert taken(tmp_path) == len(every)
        assert of_status(desk.json("status")) == tallies(counted(every))


def send(bootstrap: str, topics: dict[str, str], events: list[Event]) -> None:
    """Send events to their topics, each with its prediction's id as the key."""
    for kind, topic in zip(("prediction", "label"), topics.values(), strict=True):
        records = [
            {"value": json.dumps(event).encode(), "key": event["prediction_id"].encode()}
            for event in events
            if event["event"] == kind
        ]
        produce(bootstrap, topic, 0, records)


def taken(folder: Path) -> int:
    """How many records are saved."""
    with closing(sqlite3.connect(f"file:{folder}/watch.db?mode=ro", uri=True)) as database:
        (count,) = database.execute(
            "SELECT sum(count) FROM event_count WHERE became NOT LIKE 'mended:%'"
        ).fetchone()
    return int(count or 0)
