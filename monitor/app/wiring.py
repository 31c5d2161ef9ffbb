"""Wiring: settings in, the working agent out."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from connectors.files.anchors.reader import read_anchor_file
from connectors.files.events import FileDeadLetters, FileSource
from connectors.files.tickets import read_tickets
from connectors.kafka.dead_letters import KafkaDeadLetters
from connectors.kafka.options import kafka_options
from connectors.kafka.source import KafkaSource
from connectors.sql.database import open_engine
from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.ingest.store import IngestStore
from connectors.sql.migrate import upgrade
from connectors.sql.retention import drop_old_predictions, drop_texts
from connectors.sql.review.history import History as StoredHistory
from monitor.app.clock import now
from monitor.app.delivery import Delivery
from monitor.app.erasing import subject_key
from monitor.app.patience import patiently
from monitor.app.publishing import Reporting
from monitor.app.stores import Stores, open_engine_of
from monitor.app.vitals import Vitals
from monitor.deliver.deliver import Delivered
from monitor.deliver.ports import Sink
from monitor.evaluate.evaluate import Evaluate, Evaluation
from monitor.evaluate.ports import EvaluationTransaction
from monitor.ingest.ingest import Ingest
from monitor.ingest.ports import DeadLetters, EventSource
from monitor.review.ports import History
from monitor.settings.settings import Settings
from monitor.settings.sinks import TerminalSettings

__all__ = [
    "App",
    "files",
    "open_app",
    "read_anchor_file",
    "read_tickets",
]

STDIN_DEAD_LETTERS = Path("anchorwatch-dead-letters.jsonl")


def spare_the_collector() -> None:
    """Let Python's garbage collector look less often: it is a tenth of ingest's time otherwise.

    A batch is tens of thousands of small objects that hold no cycles and go together.
    """
    gc.set_threshold(100_000, 50, 50)


class App(Stores):
    """An open database and the whole agent on it. Make it with `open_app`."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        super().__init__(settings, engine)
        self.reporting = Reporting(settings, engine, now)
        self._evaluate = Evaluate(EvaluationStore(engine), settings)
        self._delivery = Delivery(settings, self.outbox)
        self.sinks: Mapping[str, Sink] = self._delivery.sinks
        self.deliver: Callable[[], Delivered] = self._delivery.deliver
        self.vitals = Vitals(settings, self.status, self._delivery, now)

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
        return patiently(lambda: self.evaluate(by_event_time=True))

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
            subject_key=subject_key(self.settings) or "",
            keep_text=self.settings.privacy.keep_text,
        )

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
        self._delivery.close()
        super().close()


def open_app(settings: Settings) -> App:
    """Open the database, bring its tables up to date, and wire everything.

    Raises:
        ConfigError: the database URL, a sink or a secret file cannot be used.
        UnavailableError: the database is out of reach.
    """
    return App(settings, open_engine_of(settings))


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

    def publish(self, _letters: Sequence[object]) -> Mapping[str, int]:
        """Nothing to keep."""
        return {}
