"""PostgreSQL away for longer than the session while the topic fills: memory flat, membership alive, nothing lost."""

import json
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connectors.kafka.client import kafka
from tests.e2e.agent import Place
from tests.e2e.fleet import Books, Member
from tests.services.apache_kafka import Listeners
from tests.services.postgresql import PostgreSQL

SESSION_MS = 2_000
AWAY_S = 7.0
BEFORE, MEANWHILE = 2_000, 18_000
TEXT = "delete my account and all my data thx " * 80  # 3 KB, so that what is sent meanwhile is 55 MB
MAY_GROW_MB = 24.0  # one fetch in hand, and what Python keeps


def prediction(number: int) -> bytes:
    return json.dumps(
        {
            "prediction_id": f"p-{number}",
            "ts": "2026-11-22T13:00:00Z",
            "model": {"name": "tickets", "version": "7"},
            "predicted": {"intent": "refund"},
            "text": TEXT,
        }
    ).encode()


def memory_mb(pid: int) -> float:
    """What the process has in memory now."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no VmRSS")


@dataclass(slots=True)
class Samples:
    """What was seen while the database was away."""

    memory: list[float] = field(default_factory=list)
    groups: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)


def members(admin: Any, group: str) -> tuple[str, tuple[str, ...]]:  # noqa: ANN401
    """The group's state and its members, as the broker reports them."""
    described = admin.describe_groups([group])
    description = described[group] if isinstance(described, dict) else described[0]
    return str(description["group_state"]), tuple(
        sorted(member["member_id"] for member in description["members"])
    )


def test_while_postgresql_is_away_memory_is_flat_and_the_membership_lives_and_then_all_is_counted(
    tmp_path: Path, apache_kafka: Listeners, own_postgresql: PostgreSQL
) -> None:
    url = own_postgresql.new_database()
    group = f"patient-{tmp_path.name}"
    place = Place(
        tmp_path,
        apache_kafka.bootstrap,
        {
            "database": {"url": url},
            "kafka": {
                "group_id": group,
                "session_timeout_ms": SESSION_MS,
                "heartbeat_interval_ms": 300,
                "max_poll_records": 500,
            },
            "schedule": {"evaluate_seconds": 1.0, "deliver_seconds": 1.0},
        },
    )
    topic = place.topics["predictions"]
    samples = Samples()
    with (
        Member(
            place.config, tmp_path / "agent", typed=True
        ) as agent,  # typed: a forked process shares memory
        closing(Books(url)) as books,
        closing(kafka.KafkaProducer(bootstrap_servers=place.bootstrap, linger_ms=5)) as producer,
        closing(kafka.KafkaAdminClient(bootstrap_servers=place.bootstrap)) as admin,
    ):

        def send(begin: int, end: int) -> None:
            for number in range(begin, end):
                producer.send(topic, value=prediction(number), partition=number % 3)
            producer.flush()

        send(0, BEFORE)
        agent.wait_until(lambda: books.taken() >= BEFORE, "the first records saved")
        before = members(admin, group)
        assert before[0] == "Stable"
        assert len(before[1]) == 1

        own_postgresql.stop()
        try:
            away_since = time.monotonic()
            sent = BEFORE
            while sent < BEFORE + MEANWHILE or time.monotonic() < away_since + AWAY_S:
                if sent < BEFORE + MEANWHILE:
                    send(sent, sent + 1_000)
                    sent += 1_000
                else:
                    time.sleep(0.1)
                samples.memory.append(memory_mb(agent.pid))
                samples.groups.append(members(admin, group))
            away_s = time.monotonic() - away_since
        finally:
            own_postgresql.start()

        assert away_s > 2 * SESSION_MS / 1000
        assert set(samples.groups) == {before}
        # From the first moment of trouble on it holds one batch, and no more comes in.
        first, last = samples.memory[0], max(samples.memory)
        assert last - first < MAY_GROW_MB, samples.memory
        assert "nothing could be saved; trying again" in agent.output

        agent.wait_until(lambda: books.taken() >= sent, "every record saved")
        assert members(admin, group) == before
        assert agent.terminate(within_s=20) == 0
        assert books.taken() == sent
        ids = [row[0] for row in books.rows("SELECT prediction_id FROM prediction")]
        assert len(ids) == sent
        assert set(ids) == {f"p-{number}" for number in range(sent)}
        assert "claimed by another agent" not in agent.output
        assert "Traceback" not in agent.output
