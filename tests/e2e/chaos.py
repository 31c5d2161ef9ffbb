"""Agents killed, paused and added at random while Kafka and PostgreSQL die and come back."""

import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from signal import SIGTERM
from zlib import crc32

import numpy as np
import yaml

from connectors.kafka.client import kafka
from tests.e2e.agent import Failed, command
from tests.e2e.conveyor import Conveyor
from tests.e2e.drafts import MAX_BYTES, Sent, Topic
from tests.e2e.fleet import Books, Member
from tests.e2e.listeners import HEARS, Listeners
from tests.e2e.plans import PARTITIONS, SLICES, TOPICS, Plan, Report
from tests.e2e.stepping_clock import SteppingClock
from tests.e2e.streams import report, stream
from tests.e2e.taken_back import send_and_take_back
from tests.services.apache_kafka import ApacheKafka
from tests.services.forked import server_with
from tests.services.kafka_tools import create_topic, new_name
from tests.services.postgresql import PostgreSQL
from tests.services.require import Missing, required

PATIENCE_S = 300.0
WAIT_S = 20.0  # the longest that a fault waits for the fault before it to be overcome


class Chaos:
    """A few agents, and fault after fault, in the order that the seed gives."""

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
        self.listeners = Listeners()
        self._clock = _clock(folder) if plan.clock_steps else None
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
                    "limits": {"message_bytes": MAX_BYTES, "future_hours": 876_000},
                    "sinks": self.listeners.sinks(),
                }
            ),
            encoding="utf-8",
        )
        (folder / "report.json").write_text(json.dumps(report()), encoding="utf-8")
        words = ["--model", "tickets", "--version", "7", "--activate", "--config", str(self.config)]
        done = command("anchor", "import", str(folder / "report.json"), *words, folder=folder)
        assert done.returncode == 0, done.stderr.decode()

    def run(self) -> None:
        """Everything up to the last agent's orderly end.

        Raises:
            Failed: an agent ended for no good reason, or the work was not done in time.
        """
        with server_with(self._clock.environment if self._clock else {}):
            self._run()

    def _run(self) -> None:
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
            self._must(self._delivered, "every message to the sink that answers sent")
            self.report.pages = len(self.listeners.heard)
            for agent in self._agents:
                code = agent.terminate(within_s=30)
                if code != 0 and not (code == -SIGTERM and not agent.output):  # not so far yet as to listen
                    raise Failed(f"ended with {code} after SIGTERM:\n{agent.output}")
        finally:
            for agent in self._agents:
                agent.kill()
            conveyor.stop()
            self.listeners.close()
            self.report.sent_again = conveyor.sent_again
            logs = self._folder.glob("agent-*/agent.log")
            self.report.fenced = sum(log.read_text().count("was claimed by another agent") for log in logs)

    def _deeds(self) -> list[Callable[[], None]]:
        """Every fault of the plan in a random order; the first and the last are kills."""
        plan = self.plan
        between: list[Callable[[], None]] = [self._kill] * (plan.kills - 2) + [self._pause] * plan.pauses
        between += [self._restart_kafka] * plan.kafka_restarts
        between += [self._restart_postgresql] * plan.postgresql_restarts
        between += [self._abort] * plan.aborts
        between += [self._set_clock] * (plan.clock_steps if self._clock else 0)
        return [self._kill, *(between[i] for i in self._rng.permutation(len(between))), self._kill]

    def _kill(self) -> None:
        """kill -9 an agent, preferably a busy one; how many run afterwards is random."""
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
        """The agents that are neither paused nor gone; waits until there is at least one."""

        def running() -> list[Member]:
            return [agent for agent in self._agents if agent.paused_until is None and agent.code is None]

        self._must(lambda: bool(running()), "an agent that runs")
        return running()

    def _pause(self) -> None:
        """Longer than its session: the group goes on without it, and it wakes up with an old batch in hand."""
        agent = min(self._running(), key=lambda agent: agent.since)
        for_s = self.plan.session_ms / 1000 * float(self._rng.uniform(1.2, 1.6))
        agent.pause(for_s)
        self.report.pauses += 1
        self._tell(f"paused {agent.pid} for {for_s:.1f} s")

    def _abort(self) -> None:
        """A producer sends what would change every count, and takes it back."""
        chosen = [self.records[i] for i in self._rng.choice(len(self.records), 60, replace=False)]
        try:
            send_and_take_back(self._broker.bootstrap, self.topics, chosen)
        except kafka.errors.KafkaError as error:
            self._tell(f"a transaction did not come to its end: {error}")
            return
        self.report.aborts += 1
        self._tell("a transaction aborted")

    def _set_clock(self) -> None:
        """The agents' clock is set back or ahead, by seconds or by a day."""
        assert self._clock is not None
        ahead_s = int(self._rng.choice([-3_600, -30, 45, 86_400]))
        self._clock.ahead(ahead_s)
        self.report.clock_steps += 1
        self._tell(f"the agents' clock is {ahead_s:+,} s ahead")

    def _delivered(self) -> bool:
        """Whether the sink that answers has taken every message that was written for it."""
        states = Counter(self.books.messages(HEARS).values())
        heard = {message for message, _ in self.listeners.heard}
        return states.keys() <= {"sent", "superseded"} and 0 < states["sent"] <= len(heard)

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
            outputs = "\n".join(
                f"--- {agent.pid}, {agent.code}\n{agent.output[-3000:]}" for agent in self._agents
            )
            raise Failed(
                f"{what}: not within {PATIENCE_S:g} s, {self.books.taken()} records saved\n{outputs}"
            )

    def _tend(self) -> None:
        """Wake agents that have slept long enough, and start agents as a supervisor would."""
        for agent in list(self._agents):
            if agent.paused_until is not None and time.monotonic() > agent.paused_until:
                agent.go_on()
                self._tell(f"woke {agent.pid}")
            if agent.code is not None:
                self._agents.remove(agent)
                self._check_words(agent)
                if agent.code != 5:
                    raise Failed(f"{agent.pid} ended with {agent.code}:\n{agent.output}")
                self.report.gave_up += 1
                self._tell(f"{agent.pid} gave up: {agent.output.strip().splitlines()[-1:]}")
        while len(self._agents) < self._wanted:
            self.report.starts += 1
            variables = self._clock.environment if self._clock else None
            agent = Member(self.config, self._folder / f"agent-{self.report.starts}", variables)
            self._agents.append(agent)
            self._tell(f"started {agent.pid}")

    def _check_words(self, agent: Member) -> None:
        """None of these faults may make an agent take the log for another, or crash."""
        for word in ("Traceback", "recreated", "expired unread", "no longer has the records"):
            if word in agent.output:
                raise Failed(f"{agent.pid} says {word!r}:\n{agent.output}")

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
    """The stream, with one record in twenty sent again a little later, and the number of those repeats.

    A prediction and its label lie in partitions of different numbers, so that different agents have them.
    """
    events = stream(plan.seed, int(plan.events * 0.6), broken_each=1)[: plan.events]
    assert len(events) == plan.events
    rng = np.random.default_rng([plan.seed, 1])
    drawn = [(float(number), event) for number, event in enumerate(events)]
    again = [
        (number + float(rng.uniform(0.5, 300)), event) for number, event in drawn if bool(rng.random() < 0.05)
    ]
    drawn = sorted(drawn + again, key=lambda pair: pair[0])
    return [_spread(event) for _, event in drawn], len(again)


def _spread(event: Sent) -> Sent:
    number = crc32(event.key or b"")
    partition = number % PARTITIONS if event.topic == "predictions" else number // PARTITIONS % PARTITIONS
    return Sent(event.topic, partition, event.key, event.value, event.headers)


def _clock(folder: Path) -> SteppingClock | None:
    try:
        return SteppingClock(folder)
    except Missing as missing:
        if required(missing.name):
            raise
        return None
