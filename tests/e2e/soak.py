"""Agents killed, paused and added at random while Kafka and PostgreSQL die and come back: every event counts once.

`python -m tests.e2e.soak` is the long one; tests/e2e/test_faults.py runs a short one. Which faults there
are, and when, comes from the seed; what is right is recounted from the broker's own log, read afterwards.
"""

import argparse
import logging
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from json import loads
from pathlib import Path
from signal import SIGCONT, SIGSTOP, SIGTERM
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
import psycopg
import yaml

from connectors.kafka.client import kafka
from tests.e2e import reference
from tests.e2e.agent import Agent, Failed, command, counted
from tests.e2e.streams import MAX_BYTES, Sent, Topic, stream
from tests.services.apache_kafka import ApacheKafka
from tests.services.kafka_tools import create_topic, new_name, read_all
from tests.services.postgresql import PostgreSQL

PARTITIONS = 6
HANDFUL = 200
PATIENCE_S = 300.0
WAIT_S = 20.0  # the longest that a fault waits for the one before it to be overcome
SLICES = ("channel",)
TOPICS: tuple[Topic, ...] = ("predictions", "labels")


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of everything."""

    events: int = 200_000
    kills: int = 50
    pauses: int = 4
    kafka_restarts: int = 3
    postgresql_restarts: int = 3
    agents: int = 3
    session_ms: int = 6_000
    seed: int = 1


class Place(NamedTuple):
    """A record's place in the broker's log."""

    topic: Topic
    partition: int
    offset: int


@dataclass(slots=True)
class Report:
    """What was done, and what came of it."""

    events: int = 0
    duplicates: int = 0
    sent_again: int = 0
    kills: int = 0
    pauses: int = 0
    starts: int = 0
    gave_up: int = 0
    fenced: int = 0
    kafka_restarts: int = 0
    postgresql_restarts: int = 0
    lost: int = 0
    doubled: int = 0
    outcomes: int = 0
    cells: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """For people."""
        return [
            f"events    {self.events:,}, and {self.duplicates:,} of them sent twice"
            f" ({self.sent_again:,} again because the broker was away)",
            f"agents    {self.starts} started, {self.kills} killed, {self.pauses} paused for longer than their"
            f" session, {self.gave_up} could not start while a service was away",
            f"          {self.fenced} batches given up because the partition was another agent's by then",
            f"restarts  Kafka {self.kafka_restarts}, PostgreSQL {self.postgresql_restarts}",
            f"outcomes  {self.outcomes:,} in {self.cells} cells, "
            + ("every tally as recounted" if not self.wrong else f"{len(self.wrong)} differences"),
            f"lost      {self.lost}",
            f"doubled   {self.doubled}",
            f"took      {self.seconds:.0f} s",
            *self.wrong,
        ]


class Member(Agent):
    """An agent with a log of its own that can be held still."""

    def __init__(self, config: Path, folder: Path) -> None:
        folder.mkdir()
        super().__init__(["run", "--config", str(config)], folder)
        self.since = time.monotonic()
        self.paused_until: float | None = None

    @property
    def code(self) -> int | None:
        """Its exit code, or None while it runs."""
        return self._process.poll()

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def pause(self, for_s: float) -> None:
        """SIGSTOP."""
        self._process.send_signal(SIGSTOP)
        self.paused_until = time.monotonic() + for_s

    def go_on(self) -> None:
        """SIGCONT."""
        self._process.send_signal(SIGCONT)
        self.paused_until = None


class Books:
    """The database of the agents, looked at from outside; while it is away, what was last seen."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.Connection[Any] | None = None
        self._taken = 0

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        """What a SELECT gives.

        Raises:
            psycopg.Error: the database is away, or has no such table yet.
        """
        try:
            if self._connection is None:
                self._connection = psycopg.connect(self._url, autocommit=True, connect_timeout=2)
            return self._connection.execute(question).fetchall()
        except psycopg.OperationalError:
            self.close()
            raise

    def taken(self) -> int:
        """How many records are saved, whatever became of them."""
        with suppress(psycopg.Error):
            self._taken = int(self.rows("SELECT coalesce(sum(count), 0) FROM event_count")[0][0])
        return self._taken

    def positions(self) -> dict[tuple[str, int], int]:
        """The next record of each partition; empty while the database is away."""
        with suppress(psycopg.Error):
            asked = 'SELECT topic, "partition", next_offset FROM position WHERE next_offset IS NOT NULL'
            return {(topic, partition): offset for topic, partition, offset in self.rows(asked)}
        return {}

    def judged(self) -> bool:
        """Whether an evaluation has seen every outcome and every correction."""
        with suppress(psycopg.Error):
            counters = dict(self.rows("SELECT name, value FROM counter"))
            pairs = (("outcome", "evaluated_outcome"), ("revision", "evaluated_revision"))
            return all(counters.get(made, 0) == counters.get(seen, 0) for made, seen in pairs)
        return False

    def close(self) -> None:
        """Let go."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Conveyor(threading.Thread):
    """Sends what is released, whatever becomes of the broker; remembers what was acknowledged, and where.

    A record whose sending failed is sent again, so it may be there twice.
    """

    def __init__(self, bootstrap: str, topics: Mapping[Topic, str], records: Sequence[Sent]) -> None:
        super().__init__(name="conveyor", daemon=True)
        self._servers = bootstrap
        self._topics = topics
        self._records = records
        self._halted = threading.Event()
        self._producer: Any = None
        self.released = 0
        self.sent = 0
        self.sent_again = 0
        self.acknowledged: dict[Place, bytes | None] = {}

    def run(self) -> None:
        while self.sent < len(self._records) and not self._halted.is_set():
            handful = self._records[self.sent : min(self.released, self.sent + HANDFUL)]
            if not handful:
                self._halted.wait(0.01)
                continue
            left: Sequence[Sent] = handful
            while left and not self._halted.is_set():
                failed = self._send(left)
                self.sent_again += len(failed)
                left = failed
            self.sent += len(handful)
        self._drop()

    def stop(self) -> None:
        """Leave the rest unsent."""
        self._halted.set()
        self.join(60)

    def _send(self, records: Sequence[Sent]) -> list[Sent]:
        """Send them in their order; those that may not have arrived."""
        futures: list[Any] = []
        with suppress(kafka.errors.KafkaError):
            if self._producer is None:
                self._producer = kafka.KafkaProducer(
                    bootstrap_servers=self._servers,
                    acks="all",
                    linger_ms=5,
                    max_block_ms=20_000,
                    request_timeout_ms=5_000,
                    delivery_timeout_ms=40_000,
                    bootstrap_timeout_ms=20_000,
                )
            for one in records:
                topic, headers = self._topics[one.topic], list(one.headers)
                futures.append(
                    self._producer.send(
                        topic, partition=one.partition, key=one.key, value=one.value, headers=headers
                    )
                )
            self._producer.flush(timeout=60)
        failed = list(records[len(futures) :])
        for one, future in zip(records, futures, strict=False):
            try:
                answer = future.get(timeout=1)
                self.acknowledged[Place(one.topic, answer.partition, answer.offset)] = one.value
            except kafka.errors.KafkaError:
                failed.append(one)
        if failed:
            self._drop()
            self._halted.wait(0.2)
        return [one for one in records if one in failed] if failed else []

    def _drop(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(kafka.errors.KafkaError):
                producer.close(timeout=2)


class Chaos:
    """Three agents or so, and one fault after the other, as the seed has it."""

    def __init__(
        self,
        plan: Plan,
        folder: Path,
        broker: ApacheKafka,
        database: PostgreSQL,
        tell: Callable[[str], object],
    ) -> None:
        self.plan = plan
        self.report = Report()
        self.topics: dict[Topic, str] = {name: new_name(name) for name in TOPICS}
        self._folder = folder
        self._broker = broker
        self._database = database
        self._tell = tell
        self._rng = np.random.default_rng([plan.seed, 2])
        self._wanted = plan.agents
        self._agents: list[Member] = []
        self.config = folder / "anchorwatch.yaml"
        self.url = database.new_database()
        self.books = Books(self.url)
        self.records, self.report.duplicates = records_of(plan)
        self.report.events = plan.events
        for topic in self.topics.values():
            create_topic(broker.bootstrap, topic, PARTITIONS)
        self.config.write_text(
            yaml.safe_dump(
                {
                    "database": {"url": self.url},
                    "kafka": {
                        "bootstrap_servers": broker.bootstrap,
                        "group_id": new_name("fleet"),
                        "topics": self.topics,
                        "session_timeout_ms": plan.session_ms,
                        "heartbeat_interval_ms": min(500, plan.session_ms // 6),
                        "max_poll_records": 400,
                    },
                    "schedule": {"evaluate_seconds": 1.0, "deliver_seconds": 1.0},
                    "slices": [{"name": name} for name in SLICES],
                    "limits": {"message_bytes": MAX_BYTES},
                }
            ),
            encoding="utf-8",
        )

    def run(self) -> None:
        """Everything up to the last agent's orderly end.

        Raises:
            Failed: an agent ended for no good reason, or the work was not done in time.
        """
        conveyor = Conveyor(self._broker.bootstrap, self.topics, self.records)
        self.acknowledged = conveyor.acknowledged
        conveyor.start()
        try:
            deeds = self._deeds()
            for number, deed in enumerate(deeds, 1):
                target = len(self.records) * number // (len(deeds) + 1)
                conveyor.released = target + len(self.records) // len(deeds)
                wait_s = WAIT_S if number > 1 else PATIENCE_S
                self._wait(lambda target=target: self.books.taken() >= target, wait_s)  # type: ignore[misc]
                deed()
            conveyor.released = len(self.records)
            self._must(lambda: conveyor.sent == len(self.records), "every record sent")
            self._must(lambda: all(a.paused_until is None for a in self._agents), "nobody asleep")
            self._must(self._caught_up, "no lag")
            self._tell("no lag")
            self._must(self.books.judged, "everything judged")
            self._tell("judged")
            for agent in self._agents:
                code = agent.terminate(within_s=30)
                if code != 0 and not (code == -SIGTERM and not agent.said):  # not so far yet as to listen
                    raise Failed(f"ended with {code} after SIGTERM:\n{agent.said}")
        finally:
            for agent in self._agents:
                agent.kill()
            conveyor.stop()
            self.report.sent_again = conveyor.sent_again
            logs = self._folder.glob("agent-*/agent.log")
            self.report.fenced = sum(log.read_text().count("was claimed by another agent") for log in logs)

    def _deeds(self) -> list[Callable[[], None]]:
        """Every fault of the plan in a random order, the first and the last one a kill."""
        plan = self.plan
        between: list[Callable[[], None]] = [self._kill] * (plan.kills - 2) + [self._pause] * plan.pauses
        between += [self._restart_kafka] * plan.kafka_restarts
        between += [self._restart_postgresql] * plan.postgresql_restarts
        return [self._kill, *(between[i] for i in self._rng.permutation(len(between))), self._kill]

    def _kill(self) -> None:
        """kill -9 somebody, rather one who is at work; how many there shall be then is open."""
        running = self._running()
        settled = [agent for agent in running if time.monotonic() - agent.since > 5]
        pool = settled or running
        agent = pool[int(self._rng.integers(len(pool)))]
        agent.kill()
        self._agents.remove(agent)
        self._check_words(agent)
        self.report.kills += 1
        self._wanted = self.plan.agents + int(self._rng.choice([-1, 0, 0, 0, 1]))
        self._tell(f"killed {agent.pid}")

    def _running(self) -> list[Member]:
        """Who is neither paused nor gone; waits until there is somebody."""

        def found() -> list[Member]:
            return [agent for agent in self._agents if agent.paused_until is None and agent.code is None]

        self._must(lambda: bool(found()), "an agent that runs")
        return found()

    def _pause(self) -> None:
        """Longer than its session: the group goes on without it, and it wakes up with an old batch in hand."""
        agent = min(self._running(), key=lambda one: one.since)
        for_s = self.plan.session_ms / 1000 * float(self._rng.uniform(1.2, 1.6))
        agent.pause(for_s)
        self.report.pauses += 1
        self._tell(f"paused {agent.pid} for {for_s:.1f} s")

    def _restart_kafka(self) -> None:
        self.report.kafka_restarts += 1
        self._restart("Kafka", self._broker, crash=self.report.kafka_restarts % 2 == 1)

    def _restart_postgresql(self) -> None:
        self.report.postgresql_restarts += 1
        self._restart("PostgreSQL", self._database, crash=self.report.postgresql_restarts % 2 == 1)

    def _restart(self, name: str, service: ApacheKafka | PostgreSQL, *, crash: bool) -> None:
        away_s = float(self._rng.uniform(0.2, 4))
        self._tell(f"{name}: {'killed' if crash else 'stopped'} for {away_s:.1f} s")
        service.kill() if crash else service.stop()
        until = time.monotonic() + away_s
        self._wait(lambda: time.monotonic() > until, away_s)
        service.start()

    def _wait(self, condition: Callable[[], bool], within_s: float) -> bool:
        """Look to the agents until it came true, or for so long."""
        deadline = time.monotonic() + within_s
        while True:
            self._tend()
            if condition():
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)

    def _must(self, condition: Callable[[], bool], what: str) -> None:
        if not self._wait(condition, PATIENCE_S):
            said = "\n".join(f"--- {agent.pid}, {agent.code}\n{agent.said[-3000:]}" for agent in self._agents)
            raise Failed(f"{what}: not within {PATIENCE_S:g} s, {self.books.taken()} records saved\n{said}")

    def _tend(self) -> None:
        """Wake who has slept long enough, and start agents as a supervisor would."""
        for agent in list(self._agents):
            if agent.paused_until is not None and time.monotonic() > agent.paused_until:
                agent.go_on()
                self._tell(f"woke {agent.pid}")
            if agent.code is not None:
                self._agents.remove(agent)
                self._check_words(agent)
                if agent.code != 5:
                    raise Failed(f"{agent.pid} ended with {agent.code}:\n{agent.said}")
                self.report.gave_up += 1
                self._tell(f"{agent.pid} gave up: {agent.said.strip().splitlines()[-1:]}")
        while len(self._agents) < self._wanted:
            self.report.starts += 1
            agent = Member(self.config, self._folder / f"agent-{self.report.starts}")
            self._agents.append(agent)
            self._tell(f"started {agent.pid}")

    def _check_words(self, agent: Member) -> None:
        """No fault of ours is a reason to believe that the log is another one, or to fall over."""
        for word in ("Traceback", "recreated", "expired unread", "no longer has the records"):
            if word in agent.said:
                raise Failed(f"{agent.pid} says {word!r}:\n{agent.said}")

    def _caught_up(self) -> bool:
        """Whether the positions in the database are the ends of the log."""
        if not hasattr(self, "_ends"):
            places = [kafka.TopicPartition(t, p) for t in self.topics.values() for p in range(PARTITIONS)]
            consumer = kafka.KafkaConsumer(bootstrap_servers=self._broker.bootstrap, group_id=None)
            try:
                ends = consumer.end_offsets(places)
            finally:
                consumer.close()
            self._ends = {(tp.topic, tp.partition): end for tp, end in ends.items() if end}
        return self.books.positions() == self._ends


def records_of(plan: Plan) -> tuple[list[Sent], int]:
    """The stream, one record in twenty again a little later, and how many those are.

    A prediction and its label lie in partitions of different numbers, so that different agents have them.
    """
    events = stream(plan.seed, int(plan.events * 0.6), broken_each=1)[: plan.events]
    assert len(events) == plan.events
    rng = np.random.default_rng([plan.seed, 1])
    drawn = [(float(number), one) for number, one in enumerate(events)]
    again = [
        (number + float(rng.uniform(0.5, 300)), one) for number, one in drawn if bool(rng.random() < 0.05)
    ]
    drawn = sorted(drawn + again, key=lambda pair: pair[0])
    return [_spread(one) for _, one in drawn], len(again)


def _spread(one: Sent) -> Sent:
    number = crc32(one.key or b"")
    partition = number % PARTITIONS if one.topic == "predictions" else number // PARTITIONS % PARTITIONS
    return Sent(one.topic, partition, one.key, one.value, one.headers)


def audit(chaos: Chaos, broker: ApacheKafka) -> None:
    """Hold the database against the broker's log: the tallies against one recount, the ids against another."""
    report, books = chaos.report, chaos.books
    log = {
        Place(kind, partition, record.offset): record.value
        for kind, topic in chaos.topics.items()
        for partition in range(PARTITIONS)
        for record in read_all(broker.bootstrap, topic, partition)
    }
    if missing := sum(log.get(place, b"?") != value for place, value in chaos.acknowledged.items()):
        report.wrong.append(f"{missing} acknowledged records are not in the broker's log")
    places = list(log)
    truth = reference.read([(place.topic[:-1], log[place]) for place in places], SLICES, MAX_BYTES)
    refused = {places[number]: code for number, code in truth.refused.items()}

    kinds = {topic: kind for kind, topic in chaos.topics.items()}
    saved = dict(books.rows("SELECT topic, sum(count)::bigint FROM event_count GROUP BY topic"))
    for topic, kind in kinds.items():
        _balance(report, f"records of {kind}", saved.get(topic, 0), sum(p.topic == kind for p in places))
    letters = {
        (kinds[topic], partition, offset): code
        for topic, partition, offset, code in books.rows(
            'SELECT topic, "partition", "offset", code FROM dead_letter'
        )
    }
    _same(report, "dead letters", letters, {tuple(place): code for place, code in refused.items()})

    predictions, labels, outcomes = recount([(p.topic, log[p]) for p in places if p not in refused])
    found = books.rows("SELECT prediction_id, intent FROM prediction WHERE model_id IS NOT NULL")
    _same(report, "predictions", _once(report, found), predictions)
    found = books.rows("SELECT label_id, intent || ' ' || revision FROM label")
    _same(report, "labels", _once(report, found), labels)
    found = books.rows(
        "SELECT prediction_id, predicted || ' ' || intent FROM outcome WHERE intent IS NOT NULL"
    )
    _same(report, "outcomes", _once(report, found), outcomes)
    traffic = books.rows("SELECT sum(predictions)::bigint, sum(labelled)::bigint FROM traffic")[0]
    _balance(report, "predictions in traffic", traffic[0], len(predictions))
    _balance(report, "outcomes in traffic", traffic[1], len(outcomes))

    done = command("status", "--json", "--config", str(chaos.config), folder=chaos.config.parent)
    cells = counted(loads(done.stdout))
    report.outcomes = sum(n.hits + n.misses for cell, n in cells.items() if cell.slice is None)
    report.cells = len(cells)
    _balance(report, "outcomes judged", report.outcomes, len(outcomes))
    for cell in sorted(cells.keys() | truth.cells.keys(), key=str):
        if cells.get(cell) != truth.cells.get(cell):
            report.wrong.append(f"{cell}: {cells.get(cell)}, recounted {truth.cells.get(cell)}")


def recount(
    records: Sequence[tuple[str, bytes | None]],
) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """By id what must be in the tables: predictions, labels and the outcomes they make. Sound records only."""
    said: dict[str, str] = {}
    latest: dict[str, dict[str, Any]] = {}
    for topic, value in records:
        event = loads(value or b"")
        is_label = event.get("event", topic[:-1]) == "label"
        prediction = event.get("prediction") if is_label else event
        if prediction:
            said.setdefault(prediction["prediction_id"], prediction["predicted"]["intent"])
        if is_label:
            held = latest.get(event["label_id"])
            if held is None or _stands(event) > _stands(held):
                latest[event["label_id"]] = event
    best: dict[str, tuple[bool, str, str, str]] = {}
    for label_id, event in latest.items():
        kind = event.get("source", {}).get("kind", "human")
        if event.get("status", "active") == "active" and kind in reference.ACCEPTED:
            rank = (kind == "adjudicated", event["labeled_at"], label_id, event["intent"])
            best[event["prediction_id"]] = max(rank, best.get(event["prediction_id"], rank))
    labels = {i: f"{event.get('intent', '')} {event.get('revision', 1)}" for i, event in latest.items()}
    outcomes = {i: f"{said[i]} {rank[-1]}" for i, rank in best.items() if i in said}
    return said, labels, outcomes


def _stands(label: Mapping[str, Any]) -> tuple[int, str]:
    return label.get("revision", 1), label["labeled_at"]  # the stream's times are all spelled alike


def _once(report: Report, rows: Sequence[tuple[Any, ...]]) -> dict[str, str]:
    twice = sum(n - 1 for n in Counter(row[0] for row in rows).values())
    report.doubled += twice
    return {row[0]: row[1] for row in rows}


def _balance(report: Report, what: str, found: int | None, expected: int) -> None:
    more = (found or 0) - expected
    report.doubled += max(0, more)
    report.lost += max(0, -more)
    if more:
        report.wrong.append(f"{what}: {found}, recounted {expected}")


def _same(report: Report, what: str, found: Mapping[Any, str], expected: Mapping[Any, str]) -> None:
    lost, more = expected.keys() - found.keys(), found.keys() - expected.keys()
    other = [key for key in expected.keys() & found.keys() if found[key] != expected[key]]
    report.lost += len(lost)
    report.doubled += len(more)
    for words, keys in (("lost", lost), ("too many", more), ("not as recounted", other)):
        if keys:
            report.wrong.append(f"{what}: {len(keys)} {words}, such as {sorted(keys, key=str)[:3]}")


def soak(
    plan: Plan,
    folder: Path,
    broker: ApacheKafka,
    database: PostgreSQL,
    tell: Callable[[str], object] = lambda _line: None,
) -> Report:
    """Run a plan on services that are running, and leave them running."""
    began = time.monotonic()
    chaos = Chaos(
        plan, folder, broker, database, lambda line: tell(f"{time.monotonic() - began:6.1f} {line}")
    )
    try:
        chaos.run()
        audit(chaos, broker)
    finally:
        chaos.books.close()
    chaos.report.seconds = time.monotonic() - began
    return chaos.report


@contextmanager
def services() -> Iterator[tuple[ApacheKafka, PostgreSQL]]:
    """A broker and a database of our own."""
    with ExitStack() as running:
        yield running.enter_context(ApacheKafka()), running.enter_context(PostgreSQL())


def main() -> int:
    """Run the long one; 1 if anything was lost, doubled or counted differently."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("events", "kills", "seed"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Plan(), name))
    parser.add_argument("--quiet", action="store_true", help="print the summary only")
    words = parser.parse_args()
    plan = Plan(events=words.events, kills=words.kills, seed=words.seed)

    logging.getLogger("kafka").setLevel(logging.CRITICAL)  # the producer's complaints about what we do to it

    def tell(line: str) -> None:
        if not words.quiet:
            sys.stderr.write(line + "\n")

    with services() as (broker, database), tempfile.TemporaryDirectory(prefix="anchorwatch-soak-") as folder:
        report = soak(plan, Path(folder), broker, database, tell)
    sys.stdout.write("\n".join(report.lines()) + "\n")
    return 1 if report.wrong or report.lost or report.doubled else 0


if __name__ == "__main__":
    sys.exit(main())
