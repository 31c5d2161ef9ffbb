"""Incidents explained from an open database: written into a folder, kept, and taken elsewhere as a bundle."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import structlog

from connectors.files.reports import write_report
from connectors.sql.review.analyses import AnalysisStore
from monitor.app import bundles, clock
from monitor.app.stores import Stores
from monitor.domain.analysis.analysis import Analysis, analyze
from monitor.domain.analysis.casefile import CaseFile
from monitor.domain.anchors.worksheet import Worksheet
from monitor.errors import NotFoundError
from monitor.review.analyze import gather
from monitor.review.incidents import incident_of
from monitor.review.missed_tickets import missed_tickets
from monitor.review.ports.incidents import IncidentStatus
from monitor.settings.worksheets import read_worksheet
from reports.documents import analysis as document
from reports.render.blocks import Block
from reports.tables.tickets import NEWEST, newest_tickets

log = structlog.get_logger(__name__)


class Explained(NamedTuple):
    """An incident's analysis, the files that were written of it, and its newest missed tickets for people."""

    analysis: Analysis
    files: Sequence[Path]
    tickets: Sequence[Block] = ()


class Analyses:
    """What can be known of an incident, as of now or as it was understood when it was opened."""

    def __init__(self, stores: Stores, now: Callable[[], datetime]) -> None:
        self._stores = stores
        self._analyses = AnalysisStore(stores.engine, stores.settings.labels.out_of_scope)
        self._now = now

    def case(self, incident: IncidentStatus) -> CaseFile:
        """Everything that an analysis of the incident rests on, as of now."""
        return gather(
            self._analyses,
            incident,
            self._stores.status.cells(),
            self._stores.settings.slices_of,
            self._worksheets(),
            self._now(),
        )

    def as_opened(self, incident: IncidentStatus) -> Analysis | None:
        """The analysis that was made when it was opened last."""
        return self._analyses.kept(incident.id)

    def explain_new(self) -> list[Analysis]:
        """Analyze what was opened since the last time: write it where a folder is configured, and keep it."""
        waiting, made = self._analyses.unexplained(), []
        for incident in self._stores.incidents.all() if waiting else ():
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


def explain(
    stores: Stores,
    number: int,
    *,
    as_opened: bool = False,
    bundle: Path | None = None,
    output: Path | None = None,
) -> Explained:
    """What can be known of an incident now, or was understood of it when it was opened.

    `bundle` is the folder for everything that the numbers rest on as of now, `output` that for the report.

    Raises:
        NotFoundError: there is no such incident, or it was not analyzed when it was opened.
        ConfigError: a folder can't be written.
    """
    desk = Analyses(stores, clock.now)
    incident = incident_of(stores.incidents, number)
    if as_opened:
        kept = desk.as_opened(incident)
        if kept is None:
            raise NotFoundError(
                [f"incident {number} was not analyzed when it was opened; leave --as-opened out"]
            )
        return Explained(kept, write(kept, output) if output else [])
    case = desk.case(incident)
    analysis = analyze(case)
    files = bundles.write(bundle, case, analysis) if bundle else []
    newest = missed_tickets(stores.missed_tickets, incident, most=NEWEST)
    tickets = newest_tickets(
        number, newest, stores.settings.of_versions(incident.model_name, incident.environment).ticket_url
    )
    return Explained(analysis, files + (write(analysis, output, tickets) if output else []), tickets)


def explain_bundle(folder: Path, output: Path | None = None) -> tuple[Explained, bool]:
    """The analysis of a bundle, made anew and written to `output`; and whether it is the bundle's own to the byte.

    Raises:
        ConfigError: the bundle can't be read, or the folder can't be written.
    """
    analysis, same = bundles.replay(folder)
    return Explained(analysis, write(analysis, output) if output else []), same


def write(analysis: Analysis, folder: Path, tickets: Sequence[Block] = ()) -> list[Path]:
    """An analysis as HTML, Markdown and JSON in a folder, the first two with some missed `tickets` by id.

    Raises:
        ConfigError: the folder can't be written.
    """
    return write_report(folder, document.files(analysis, tickets))
