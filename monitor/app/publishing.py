"""What is written for people from an open database: analyses of incidents, weekly reports, audits."""

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec
import structlog
from sqlalchemy import Engine

from connectors.files.bundles import read_bundle, write_bundle
from connectors.files.reports import write_report
from connectors.sql.anchors import AnchorStore
from connectors.sql.outbox import Outbox
from connectors.sql.review.analyses import AnalysisStore
from connectors.sql.review.audits import AuditStore
from connectors.sql.review.status import StatusStore
from connectors.sql.review.weeks import WeekFrames, WeekStore
from monitor.anchors.anchoring import audit_ungraded
from monitor.domain.analysis.analysis import Analysis, analyze
from monitor.domain.analysis.casefile import CaseFile
from monitor.domain.anchors.worksheet import Worksheet
from monitor.domain.weekly.calendar import Week, due_week
from monitor.domain.weekly.report import WeekReport
from monitor.review.analyze import gather
from monitor.review.ports import IncidentStatus
from monitor.review.weekly import WeekInputs, digest_notice, weekly_report
from monitor.settings.settings import Settings
from monitor.settings.worksheets import read_worksheet
from reports.documents import analysis as shown
from reports.documents import evidently, weekly

log = structlog.get_logger(__name__)


class Reporting:
    """Reads the database and writes for people; it judges nothing."""

    def __init__(self, settings: Settings, engine: Engine, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._now = now
        self._status = StatusStore(engine)
        self._anchors = AnchorStore(engine)
        self._analyses = AnalysisStore(engine)
        self._audits = AuditStore(engine)
        self._weeks = WeekStore(engine)
        self._frames = WeekFrames(engine)
        self._outbox = Outbox(engine)
        self._one_at_a_time = threading.Lock()

    def case(self, incident: IncidentStatus) -> CaseFile:
        """Everything that an analysis of the incident rests on, as of now."""
        return gather(self._analyses, incident, self._status.cells(), self._worksheets(), self._now())

    def as_opened(self, incident: IncidentStatus) -> Analysis | None:
        """The analysis that was made when it was opened last."""
        return self._analyses.kept(incident.id)

    def explain_new(self) -> list[Analysis]:
        """Analyze what was opened since the last time: write it where a folder is configured, and keep it."""
        waiting, made = self._analyses.unexplained(), []
        for incident in self._status.incidents() if waiting else ():
            if incident.id not in waiting:
                continue
            try:
                found = analyze(self.case(incident))
                if (folder := self._settings.reports.folder) is not None:
                    write_report(folder, shown.files(found))
                self._analyses.keep(found, waiting[incident.id])
            except Exception:
                log.exception("an incident could not be analyzed; it is tried again", incident=incident.id)
            else:
                made.append(found)
        return made

    def audit_ungraded(self) -> int:
        """Audit the anchors of watched intents that nobody has audited; how many grades that gave."""
        watched = {
            (s.state.cell.model, s.state.cell.intent) for s in self._status.cells() if s.state.held.watched
        }
        return audit_ungraded(self._anchors, self._audits, watched)

    def weekly(self, week: Week) -> WeekReport:
        """What happened in a week, and in the eleven before it."""
        return weekly_report(
            self._weeks,
            week,
            WeekInputs(
                self._status.cells(),
                self._status.incidents(),
                self._status.labelling(),
                self._status.days_observed(),
                self._status.released(),
                self._anchors.all(),
            ),
            self._settings,
            self._now(),
        )

    def publish_weekly(self, week: Week, folder: Path, *, with_evidently: bool = True) -> list[Path]:
        """Write a week's report, with Evidently's part beside it, into a folder; the report's three files."""
        return self._publish(self.weekly(week), folder, with_evidently=with_evidently)

    def _publish(self, report: WeekReport, folder: Path, *, with_evidently: bool) -> list[Path]:
        if with_evidently:
            frames = (
                (one.model, self._frames.of(one.model, report.week))
                for one in report.models
                if one.predictions
            )
            parts = evidently.render(frames, report.week, folder, self._settings.reports.evidently_seconds)
            report = msgspec.structs.replace(report, attachments=parts)
        return write_report(folder, weekly.files(report))

    def write_weekly(self) -> None:
        """Write the report that is due, where a folder is configured, and send the digest; each week once.

        What failed, or was missed, is made up for at the next call. What was due before the first call of all is not.
        """
        rules = self._settings.reports
        due = due_week(self._settings.schedule.weekly, self._now())
        with self._one_at_a_time:
            last = self._weeks.last_written()
            if last is not None and last < due and (rules.folder is not None or rules.send_to):
                report = self.weekly(due)
                if rules.folder is not None:
                    self._publish(report, rules.folder, with_evidently=rules.evidently)
                if rules.send_to:
                    news = digest_notice(due, weekly.digest(report), rules.url, self._now())
                    self._outbox.stand_in(rules.send_to, [news])
            if last is None or last < due:
                self._weeks.note_written(due)

    def _worksheets(self) -> dict[str, Worksheet]:
        """The first worksheet that names each intent."""
        found: dict[str, Worksheet] = {}
        for path in self._settings.worksheets:
            sheet = read_worksheet(path)
            for intent in sheet.intents:
                found.setdefault(intent, sheet)
        return found


def bundle(folder: Path, case: CaseFile, found: Analysis) -> list[Path]:
    """Write a case with its analysis into a folder, to be looked at elsewhere."""
    return write_bundle(folder, case, shown.json(found))


def replay(folder: Path) -> tuple[Analysis, bool]:
    """The analysis of a bundle, made anew; and whether it is the bundle's own to the last byte."""
    case, before = read_bundle(folder)
    found = analyze(case)
    return found, shown.json(found) == before
