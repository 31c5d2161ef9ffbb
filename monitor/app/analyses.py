"""Incidents explained from an open database: written into a folder, kept, and taken elsewhere as a bundle."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog

from connectors.files.reports import write_report
from connectors.sql.review.analyses import AnalysisStore
from monitor.app.stores import Stores
from monitor.domain.analysis.analysis import Analysis, analyze
from monitor.domain.analysis.casefile import CaseFile
from monitor.domain.anchors.worksheet import Worksheet
from monitor.review.analyze import gather
from monitor.review.ports import IncidentStatus
from monitor.settings.worksheets import read_worksheet
from reports.documents import analysis as document

log = structlog.get_logger(__name__)


class Analyses:
    """What can be known of an incident, as of now or as it was understood when it was opened."""

    def __init__(self, stores: Stores, now: Callable[[], datetime]) -> None:
        self._stores = stores
        self._analyses = AnalysisStore(stores.engine)
        self._now = now

    def case(self, incident: IncidentStatus) -> CaseFile:
        """Everything that an analysis of the incident rests on, as of now."""
        return gather(self._analyses, incident, self._stores.status.cells(), self._worksheets(), self._now())

    def as_opened(self, incident: IncidentStatus) -> Analysis | None:
        """The analysis that was made when it was opened last."""
        return self._analyses.kept(incident.id)

    def explain_new(self) -> list[Analysis]:
        """Analyze what was opened since the last time: write it where a folder is configured, and keep it."""
        waiting, made = self._analyses.unexplained(), []
        for incident in self._stores.status.incidents() if waiting else ():
            if incident.id not in waiting:
                continue
            try:
                analysis = analyze(self.case(incident))
                if (folder := self._stores.settings.reports.folder) is not None:
                    write(analysis, folder)
                self._analyses.keep(analysis, waiting[incident.id])
            except Exception:
                log.exception("an incident could not be analyzed; it is tried again", incident=incident.id)
            else:
                made.append(analysis)
        return made

    def _worksheets(self) -> dict[str, Worksheet]:
        """The first worksheet that names each intent."""
        sheets: dict[str, Worksheet] = {}
        for path in self._stores.settings.worksheets:
            sheet = read_worksheet(path)
            for intent in sheet.intents:
                sheets.setdefault(intent, sheet)
        return sheets


def write(analysis: Analysis, folder: Path) -> list[Path]:
    """An analysis as HTML, Markdown and JSON in a folder.

    Raises:
        ConfigError: the folder can't be written.
    """
    return write_report(folder, document.files(analysis))
