"""Wiring: settings in, working objects out. The only place that reads the clock."""

import gc
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import structlog
from sqlalchemy import Engine

from connectors.files.anchors.reader import read_anchor_file
from connectors.files.events import FileDeadLetters, FileSource
from connectors.files.tickets import read_tickets
from connectors.kafka.dead_letters import KafkaDeadLetters
from connectors.kafka.options import kafka_options
from connectors.kafka.source import KafkaSource
from connectors.secrets import read_secret
from connectors.sinks.http import Http
from connectors.sinks.make import make_sink, pace_of, repeat_of
from connectors.sql.anchors import AnchorStore
from connectors.sql.database import open_engine
from connectors.sql.erasure import ErasureStore
from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.ingest.store import IngestStore
from connectors.sql.migrate import upgrade
from connectors.sql.outbox import Outbox
from connectors.sql.retention import drop_old_predictions, drop_texts
from connectors.sql.review.audits import AuditStore
from connectors.sql.review.history import History as StoredHistory
from connectors.sql.review.status import StatusStore
from connectors.sql.silences import SilenceStore
from monitor.app.publishing import Reporting
from monitor.app.vitals import Vitals
from monitor.deliver.deliver import Deliver, Delivered
from monitor.deliver.ports import Sink
from monitor.erase.erase import Receipt, erase
from monitor.errors import LeaseHeldError
from monitor.evaluate.evaluate import Evaluate, Evaluation
from monitor.evaluate.ports import EvaluationTransaction
from monitor.incidents.oncall import OnCall
from monitor.ingest.ingest import Ingest
from monitor.ingest.ports import DeadLetters, EventSource
from monitor.review.ports import History
from monitor.settings.settings import Settings
from monitor.settings.sinks import TerminalSettings
from reports.pages.page import page_of

__all__ = [
    "App",
    "files",
    "now",
    "open_app",
    "read_anchor_file",
    "read_tickets",
]

log = structlog.get_logger(__name__)
Work = TypeVar("Work")
LEASE_TRIES = 60
STDIN_DEAD_LETTERS = Path("anchorwatch-dead-letters.jsonl")


def now() -> datetime:
    """The time. Everything else is given it."""
    return datetime.now(UTC)


def spare_the_collector() -> None:
    """Let Python's garbage collector look less often: it is a tenth of ingest's time otherwise.

    A batch is tens of thousands of small objects that hold no cycles and go together.
    """
    gc.set_threshold(100_000, 50, 50)


class App:
    """An open database and what works on it. Make it with `open_app`."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self.settings = settings
        self.engine = engine
        self.anchors = AnchorStore(engine)
        self.audits = AuditStore(engine)
        self.status = StatusStore(engine)
        self.reporting = Reporting(settings, engine, now)
        self.outbox = Outbox(engine)
        self.silences = SilenceStore(engine)
        self._evaluate = Evaluate(EvaluationStore(engine), settings)
        self._oncall = OnCall(EvaluationStore(engine), settings)
        self._http = Http(
            now, timeout_s=settings.http.timeout_seconds, allowed_hosts=settings.http.allowed_hosts
        )
        self.sinks: Mapping[str, Sink] = {sink.name: make_sink(sink, self._http) for sink in settings.sinks}
        self.deliver: Callable[[], Delivered] = Deliver(
            self.outbox,
            self.sinks,
            page_of,
            now,
            random.Random(),  # noqa: S311 - jitter is no secret
            paces={sink.name: pace for sink in settings.sinks if (pace := pace_of(sink))},
            repeats={sink.name: every for sink in settings.sinks if (every := repeat_of(sink))},
        )
        self.vitals = Vitals(settings, self.status, self.deliver, self._http, now)

    def evaluate(self, *, by_event_time: bool = False) -> Evaluation:
        """Judge what has come. `by_event_time` takes the latest event's time for now (`--once`, files)."""

        def judged_at(transaction: EvaluationTransaction) -> datetime:
            return (transaction.latest_event() if by_event_time else None) or now()

        return self._evaluate(judged_at)

    def evaluate_once(self) -> Evaluation:
        """Judge by event time; where another agent is evaluating, wait for it and look again.

        Raises:
            LeaseHeldError: it took longer than a minute.
        """
        return self._patiently(lambda: self.evaluate(by_event_time=True))

    def _patiently(self, work: Callable[[], Work]) -> Work:
        for _ in range(LEASE_TRIES):
            with suppress(LeaseHeldError):
                return work()
            time.sleep(1.0)
        return work()

    def acknowledge(self, incident: int, who: str, why: str) -> None:
        """Somebody is on it."""
        self._patiently(lambda: self._oncall.acknowledge(incident, who, why, now()))

    def resolve(self, incident: int, who: str, why: str) -> None:
        """It is over, by a person's word."""
        self._patiently(lambda: self._oncall.resolve(incident, who, why, now()))

    def note(self, incident: int, who: str, words: str) -> None:
        """One more line of an incident's history."""
        self._patiently(lambda: self._oncall.note(incident, who, words, now()))

    def retain(self) -> int:
        """Drop predictions that are old enough; how many."""
        if not self.settings.privacy.keep_text:
            drop_texts(self.engine)
        return drop_old_predictions(self.engine, now(), self.settings.retention.predictions_days)

    def ingest(self, source: EventSource, dead_letters: DeadLetters) -> Ingest:
        """What moves records from a source into the database."""
        spare_the_collector()
        return Ingest(
            source,
            IngestStore(self.engine, source.cluster_id, source.group),
            dead_letters,
            accept=self.settings.labels.accept,
            max_consecutive_rejects=self.settings.poison.max_consecutive,
            max_bytes=self.settings.limits.message_bytes,
            clock=now,
            future=timedelta(hours=self.settings.limits.future_hours),
            subject_key=self._subject_key() or "",
            keep_text=self.settings.privacy.keep_text,
        )

    def erase(self, prediction_ids: Sequence[str], subject: str | None) -> Receipt:
        """Erase predictions by id, or all about one person; an evaluation that is going on is waited for."""
        kafka = self.settings.kafka
        topics = dict.fromkeys([kafka.topics.predictions, kafka.topics.labels])
        out_of_reach = [
            f"the Kafka topics {', '.join(topics)}: until their retention, or send tombstones if they are compacted",
            f"the dead-letter topics {', '.join(f'{topic}.dlq' for topic in topics)}, and files of dead letters",
            "messages already sent to sinks (they hold counts and names of intents, no ticket)",
            "an anchor's examples (anchor files, and their texts here with privacy.keep_text): they name no prediction",
            "reports and bundles written to folders: figures, in bundles a row a ticket without id or text",
            "backups of the database, and whatever produced the events",
        ]
        return self._patiently(
            lambda: erase(
                ErasureStore(self.engine), prediction_ids, subject, self._subject_key(), out_of_reach, now()
            )
        )

    def _subject_key(self) -> str | None:
        privacy = self.settings.privacy
        if privacy.subject_key_file is not None:
            return read_secret("privacy.subject_key_file", privacy.subject_key_file)
        return privacy.subject_key.get_secret_value() if privacy.subject_key is not None else None

    def reset_positions(self, source: KafkaSource) -> Sequence[str]:
        """Forget the positions that the log can't serve, and only those; what was wrong with each."""
        topics = self.settings.kafka.topics
        store = IngestStore(self.engine, source.cluster_id, source.group)
        saved = store.positions(sorted({topics.predictions, topics.labels}))
        problems = source.unservable(
            {partition: claim.next_offset for partition, claim in saved.items()},
            {partition: claim.incarnation for partition, claim in saved.items()},
        )
        store.reset_positions(problems)
        return list(problems.values())

    def kafka(self) -> tuple[KafkaSource, KafkaDeadLetters]:
        """The configured topics, and where their dead letters go.

        Raises:
            ConfigError: a secret's file or a certificate can't be used.
            UnavailableError: the broker can't be reached or refuses us, and why.
        """
        kafka = self.settings.kafka
        client = kafka_options(kafka, now)
        topics = {kafka.topics.labels: "label"} | {kafka.topics.predictions: "prediction"}
        consumer = client | {
            "session_timeout_ms": kafka.session_timeout_ms,
            "heartbeat_interval_ms": kafka.heartbeat_interval_ms,
        }
        source = KafkaSource(topics, kafka.group_id, consumer, max_poll_records=kafka.max_poll_records)
        return source, KafkaDeadLetters(client, kafka.group_id)

    def close(self) -> None:
        """Let go of the database and the network."""
        self._http.close()
        self.engine.dispose()


def open_app(settings: Settings) -> App:
    """Open the database, bring its tables up to date, and wire everything.

    Raises:
        ConfigError: the database URL, a sink or a secret file cannot be used.
        UnavailableError: the database is out of reach.
    """
    engine = open_engine(settings.database.url.get_secret_value())
    upgrade(engine)
    return App(settings, engine)


@contextmanager
def backtesting(
    app: App, settings: Settings, since: datetime | None
) -> Iterator[tuple[History, Callable[[datetime], Evaluation]]]:
    """The history in an app's database, and the evaluation that `settings` make of it, in a scratch of their own.

    The app's own database is only read. What would be sent is kept, never sent.
    """
    with TemporaryDirectory(prefix="anchorwatch-backtest-") as folder:
        engine = open_engine(f"sqlite:///{folder}/scratch.db")
        try:
            upgrade(engine)
            quiet = TerminalSettings(kind="terminal", name="backtest")
            changes = {"sinks": (quiet,), "routes": (), "quiet_hours": None}
            evaluate = Evaluate(EvaluationStore(engine), settings.model_copy(update=changes))
            yield StoredHistory(app.engine, engine, since), lambda at: evaluate(lambda _: at)
        finally:
            engine.dispose()


def files(paths: Sequence[str], dead_letters: Path | None) -> tuple[FileSource, DeadLetters]:
    """Event files as a source. What we reject of standard input is kept: it can't be read again."""
    keep = dead_letters or (STDIN_DEAD_LETTERS if "-" in paths else None)
    return FileSource(paths), FileDeadLetters(str(keep)) if keep else NoDeadLetters()


class NoDeadLetters:
    """For files: the table of dead letters names file and line, and the bytes are still there."""

    def publish(self, _letters: Sequence[object]) -> None:
        """Nothing to keep."""
