"""The weekly report from an open database: looked at, written into a folder, and sent as a digest, each week once."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec

from connectors.files.reports import write_report
from connectors.sql.review.weeks import WeekFrames, WeekStore
from monitor.app.disputes import second_readings
from monitor.app.stores import Stores
from monitor.domain.judging.service import retired
from monitor.domain.weekly.calendar import Week, WeeklyTime, due_week
from monitor.domain.weekly.report import WeekReport
from monitor.review.corrections import corrected_recalls
from monitor.review.ports import weeks as ports
from monitor.review.weak_labels import weak_recalls
from monitor.review.weekly import WeekInputs, digest_notice, weekly_report
from reports.documents import evidently
from reports.documents import weekly as document


class MadeReport(NamedTuple):
    """A week's report, and the files that were written of it."""

    report: WeekReport
    files: Sequence[Path]


class DueReport(NamedTuple):
    """The report of a week that was due: the files that were written of it, and the sinks that get its digest."""

    week: Week
    files: Sequence[Path]
    sent_to: Sequence[str]


@contextmanager
def weekly_reports(
    stores: Stores, now: Callable[[], datetime], archive: str | None, engine: str, week: Week | None = None
) -> "Iterator[WeeklyReports]":
    """Weekly reports of what the database counted; or, with an `archive`, of what an engine counts in that.

    `week` is the one that is asked for, the last whole week where none is named.

    Raises:
        ConfigError: the archive cannot be read, or does not hold all of the week.
        UnavailableError: it is out of reach.
    """
    if archive is None:
        yield WeeklyReports(stores, now)
        return
    from connectors.lake.week_store import LakeWeekStore
    from monitor.app.archive_reach import archive_reach, require_week
    from monitor.app.lakes import opened_lake

    require_week(archive, archive_reach(archive), week or _last_week(now()))
    with opened_lake(stores.settings, archive, engine) as lake:
        yield WeeklyReports(stores, now, LakeWeekStore(lake, WeekStore(stores.engine)))


class WeeklyReports:
    """Reads the database, or `weeks` from elsewhere, and writes for people; it judges nothing."""

    def __init__(
        self, stores: Stores, now: Callable[[], datetime], weeks: ports.WeekStore | None = None
    ) -> None:
        self._stores = stores
        self._weeks: ports.WeekStore = weeks or WeekStore(stores.engine)
        self._frames = WeekFrames(stores.engine, stores.settings.sampling.min_probability)
        self._now = now
        self._one_at_a_time = threading.Lock()

    def report(self, week: Week) -> WeekReport:
        """What happened in a week, and in the eleven before it."""
        cells = self._stores.status.cells()
        return weekly_report(
            self._weeks,
            week,
            WeekInputs(
                cells,
                self._stores.incidents.all(),
                self._stores.status.labelling(),
                self._stores.status.judged_at(),
                self._stores.status.released(),
                self._stores.anchors.all(),
                retired(self._stores.status.services()),
                weak_recalls(self._stores.status.weak_labels(), cells),
                second_readings(self._stores, cells),
                self._stores.status.skipped(),
                corrected_recalls(self._stores.status.corrections(), cells),
            ),
            self._stores.settings,
            self._now(),
        )

    def _publish(self, report: WeekReport, folder: Path, *, with_evidently: bool) -> list[Path]:
        if with_evidently:
            frames = (
                (model.model, self._frames.of(model.model, report.week))
                for model in report.models
                if model.predictions
            )
            parts = evidently.render(
                frames, report.week, folder, self._stores.settings.reports.evidently_seconds
            )
            report = msgspec.structs.replace(report, attachments=parts)
        return write_report(folder, document.files(report))

    def make(
        self, week: Week | None, folder: Path | None = None, *, with_evidently: bool = True
    ) -> MadeReport:
        """A week's report, the last whole week's where none is named; written, with Evidently's part, into a folder.

        Raises:
            ConfigError: the folder can't be written.
        """
        report = self.report(week or _last_week(self._now()))
        if folder is None:
            return MadeReport(report, [])
        return MadeReport(report, self._publish(report, folder, with_evidently=with_evidently))

    def write_due(self) -> DueReport | None:
        """Write the report that is due, where a folder is configured, and send the digest; each week once.

        What failed, or was missed, is made up for at the next call. What was due before the first call of all is not.
        """
        rules = self._stores.settings.reports
        due = due_week(WeeklyTime.parse(self._stores.settings.schedule.weekly), self._now())
        with self._one_at_a_time:
            last, made = self._weeks.last_written(), None
            if last is not None and last < due and (rules.folder is not None or rules.send_to):
                report, files = self.report(due), list[Path]()
                if rules.folder is not None:
                    files = self._publish(report, rules.folder, with_evidently=rules.evidently)
                if rules.send_to:
                    news = digest_notice(due, document.digest(report), rules.url, self._now())
                    self._stores.outbox.stand_in(rules.send_to, [news])
                made = DueReport(due, files, rules.send_to)
            if last is None or last < due:
                self._weeks.note_written(due)
        return made


def _last_week(at: datetime) -> Week:
    """The last whole week."""
    return Week.of(at - timedelta(days=7))
