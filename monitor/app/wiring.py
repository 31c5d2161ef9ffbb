"""Wiring: settings in, the working agent out."""

import sys
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Engine

from connectors.formats.make import decoders_of
from connectors.sql.archiving import ArchivingStore
from connectors.sql.database import empty_log
from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.last_runs import LastRuns
from connectors.sql.old_hours import fold_old_hours
from connectors.sql.old_notices import drop_old_notices
from connectors.sql.requests import drop_old_requests
from connectors.sql.retention import drop_candidates, drop_old_predictions, drop_texts
from monitor.app.analyses import Analyses
from monitor.app.archiving import archive_due, forget_trouble
from monitor.app.audits import audit_ungraded
from monitor.app.clock import now, steady
from monitor.app.collector import spare_the_collector
from monitor.app.delivery import Delivery
from monitor.app.draws import drawn_seldom
from monitor.app.ingesting import ingest_of
from monitor.app.oncall_stores import open_engine_of
from monitor.app.patience import patiently
from monitor.app.seldom import Seldom
from monitor.app.stores import Stores
from monitor.app.vitals import Vitals
from monitor.app.weekly import WeeklyReports
from monitor.archive.ports import Archived
from monitor.deliver.deliver import Delivered
from monitor.deliver.ports import Sink
from monitor.domain.events.types import Model
from monitor.errors import AnchorwatchError
from monitor.evaluate.evaluate import Evaluate
from monitor.evaluate.evaluation import Evaluation
from monitor.evaluate.ports import EvaluationTransaction
from monitor.incidents.heeding_silences import heed_silences
from monitor.ingest.ingest import Ingest
from monitor.ingest.ports import DeadLetters, EventDecoder, EventSource
from monitor.settings.settings import Settings

log = structlog.get_logger(__name__)


def take_turns() -> None:
    """Let threads that compute give way after a millisecond, not five.

    What saves a batch waits so long after each statement while another thread decodes the next.
    """
    sys.setswitchinterval(0.001)


class App(Stores):
    """An open database and the whole agent on it. Make it with `open_app`.

    `on_archived` is given what the agent's own job has archived; it is logged unless somebody is to be told.
    """

    def __init__(self, settings: Settings, engine: Engine) -> None:
        super().__init__(settings, engine)
        self.analyses = Analyses(self, now)
        self.weekly_reports = WeeklyReports(self, now)
        self.on_archived: Callable[[Archived], object] = _log_archived
        self._evaluate = Evaluate(EvaluationStore(engine), settings, now)
        self._delivery = Delivery(settings, self.outbox, self.sent_alerts)
        self.sinks: Mapping[str, Sink] = self._delivery.sinks
        self.deliver: Callable[[], Delivered] = self._delivery.lanes
        self.deliver_briefly: Callable[[], Delivered] = self._delivery.lanes.briefly
        self.vitals = Vitals(self, self._delivery, steady)
        every, last_runs = timedelta(hours=settings.schedule.retention_hours), LastRuns(engine)
        retention = partial(Seldom, "retention", every=every, last_runs=last_runs, now=now)
        audit = Seldom("audit", self.audit_ungraded, every, last_runs, now)
        draw = drawn_seldom(self, last_runs, now)
        self.seldom = (retention(run=self.retain), audit, *draw)
        self.seldom_of_files = (retention(run=self.retain_of_files), audit, *draw)

    def evaluate(self, *, by_event_time: bool = False) -> Evaluation:
        """Judge what has come. `by_event_time` takes the latest events' time for now (`--once`, files).

        Events that are stamped a little ahead do not make it later than our clock says; where all are from a world
        that has not happened, they do.
        """

        def judged_at(transaction: EvaluationTransaction) -> datetime:
            clock, latest = now(), transaction.latest_event() if by_event_time else None
            ahead = timedelta(hours=self.settings.limits.future_hours)
            return clock if latest is None or clock < latest <= clock + ahead else latest

        return self._evaluate(judged_at)

    def heed_silences(self) -> int:
        """Read the silences of the systems that alerts are sent to; how many incidents are known there by them."""
        return heed_silences(self._delivery.silencing, self.silences_elsewhere, now())

    @property
    def reads_silences(self) -> bool:
        """Whether there is such a system."""
        return bool(self._delivery.silencing)

    def evaluate_once(self) -> Evaluation:
        """Judge by event time; where another agent is evaluating, wait for it and look again.

        Raises:
            LeaseHeldError: it took longer than a minute.
        """
        return patiently(lambda: self.evaluate(by_event_time=True))

    def unanchored(self) -> list[Model]:
        """The models with outcomes that no anchor was held against: nothing of them can page."""
        states = [status.state for status in self.status.cells()]
        models = {state.cell.model for state in states}
        return sorted(models - {state.cell.model for state in states if state.held.anchor_id})

    def retain(self, as_of: datetime | None = None) -> int:
        """Drop or fold what is old enough, and overwrite what was deleted; how many predictions were dropped.

        Predictions are as old as they are at `as_of`; without it, by the clock. Where there is an archive they are
        written there first, and none is dropped that is not in it.

        Raises:
            AnchorwatchError: the archive can't be written; no prediction was dropped, and all else was done.
        """
        as_of = as_of or now()
        archiving = self.settings.retention.archive is not None
        failure = self._failure_of_archiving(as_of)
        if not self.settings.privacy.keep_text:
            drop_texts(self.engine)
        if self.settings.labels.draw is None:
            drop_candidates(self.engine)
        keep_days = self.settings.retention.predictions_days
        dropped = 0
        if failure is None:
            dropped = drop_old_predictions(self.engine, as_of, keep_days, archived_only=archiving)
        fold_old_hours(self.engine, as_of, keep_days)
        drop_old_notices(self.engine, now(), self.settings.retention.notices_days)
        drop_old_requests(self.engine, now())
        empty_log(self.engine)
        if failure is not None:
            raise failure
        return dropped

    def _failure_of_archiving(self, as_of: datetime) -> AnchorwatchError | None:
        """Archive what is about to be dropped, where there is an archive; why it could not be, or None.

        Since when it fails is kept, so that `status` says it, until it succeeds.
        """
        if self.settings.retention.archive is None:
            forget_trouble(self)
            return None
        try:
            done = archive_due(self, as_of - timedelta(days=self.settings.retention.predictions_days))
        except AnchorwatchError as failure:
            ArchivingStore(self.engine).note_trouble(now())
            return failure
        forget_trouble(self)
        self.on_archived(done)
        return None

    def retain_of_files(self) -> int:
        """The same where events come from files: a file of the past is as old as it was when it was judged."""
        clock = now()
        return self.retain(min(clock, self.status.judged_at() or clock))

    def audit_ungraded(self) -> int:
        """Audit the anchors of watched intents that nobody has audited; how many grades that gave."""
        return audit_ungraded(self)

    def ingest(
        self,
        source: EventSource,
        dead_letters: DeadLetters,
        decoders: Mapping[str, EventDecoder] | None = None,
    ) -> Ingest:
        """What moves records from a source into the database; `decoders` by topic are those of the settings."""
        spare_the_collector()
        take_turns()
        read_by = decoders_of(self.settings.kafka) if decoders is None else decoders
        return ingest_of(self, source, dead_letters, decoders=read_by)

    def close(self) -> None:
        """Let go of the database and the network."""
        self._delivery.close()
        super().close()


def _log_archived(done: Archived) -> None:
    log.info("archived", archive=done.url, rows=sum(file.rows for file in done.files))


def open_app(settings: Settings) -> App:
    """Open the database, bring its tables up to date, and wire everything.

    Raises:
        ConfigError: the database URL, a sink or a secret file cannot be used.
        UnavailableError: the database is out of reach.
    """
    return App(settings, open_engine_of(settings))
