"""The watch room: each page reads the open database, and shows the very view that the command of its name prints."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from typing_extensions import override

from connectors.files.written_reports import report_file, written_reports
from connectors.sql.review.analyses import AnalysisStore
from connectors.sql.review.messages import MessageRecords
from monitor.anchors import anchoring
from monitor.app import analyses
from monitor.app.backtests import Backtests
from monitor.app.cells_asked import cells_asked
from monitor.app.clock import now
from monitor.app.costly_child import AskedAnalysis, AskedCostly, AskedDifference, AskedWhatIf
from monitor.app.costly_pages import CostlyPages
from monitor.app.incident_page import incident_page
from monitor.app.label_pages import LabelPages
from monitor.app.room_overviews import RoomOverviews
from monitor.app.room_weeks import RoomWeeks
from monitor.app.stores import Stores
from monitor.domain.slices.cells import Cell
from monitor.errors import NotFoundError
from monitor.review.cell import look_at
from monitor.review.incidents import incident_of
from monitor.review.missed_tickets import missed_tickets
from monitor.review.narrowing import STANDINGS
from monitor.review.ports import room
from monitor.review.ports.incidents import AskedIncidents, IncidentStatus
from reports.documents import analysis as analysis_document
from reports.render.blocks import SHORT, LateView, View
from reports.runbooks import files
from reports.tables.anchors import anchor_view, anchors_view
from reports.tables.budget import budget_page, watched_cells
from reports.tables.cell import cell_view
from reports.tables.dead_letters import dead_letters_view
from reports.tables.deploys import deploys_view
from reports.tables.incidents import as_object, incidents_block, incidents_view
from reports.tables.intents import TablePart
from reports.tables.messages import messages_view
from reports.tables.reports import reports_view
from reports.tables.runbooks import runbook_view
from reports.tables.services import services_view
from reports.tables.silences import silences_view
from reports.tables.sinks import sinks_view
from reports.tables.status import cells_view
from reports.tables.tickets import as_csv, tickets_view
from reports.web.budget import backtest_forms, what_if_filters
from reports.web.missing import missing_page
from reports.web.page import Filter, Form, RoomPage
from reports.web.paging import ROWS, Paging
from reports.web.silence_forms import silence_forms
from reports.web.sorting import FIELD as SORT

LETTERS: Final = 50


class Room(room.Room):
    """The pages. Reads only; may be asked from several threads."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._messages = MessageRecords(stores.engine)
        self._labels = LabelPages(stores)
        self._weeks = RoomWeeks(stores)
        self._backtests = Backtests(stores.settings)
        self._overviews = RoomOverviews(stores, self._messages.mark)
        self._told = ""
        self._costly_pages = CostlyPages(stores, self._messages.mark, now)

    @property
    @override
    def backtests(self) -> Backtests:
        return self._backtests

    @property
    @override
    def labels(self) -> LabelPages:
        return self._labels

    @override
    def now(self) -> RoomPage:
        return self._page("now", self._overviews.now())

    @override
    def model(self, name: str, environment: str, asked: Mapping[str, str]) -> RoomPage:
        which = cells_asked({**asked, "model": name})
        cells = self._overviews.narrowed(which, environment)
        paging = Paging.of(asked, len(cells.cells))
        table = cells_view(cells, TablePart(paging.first, ROWS, asked.get(SORT, "")))
        more = self._weeks.beside if not paging.first else lambda _: []
        view = LateView(lambda: [*table.blocks, *more(cells)], lambda: table.content)
        filters = [
            Filter("q", which.search, words="search"),
            Filter("version", which.version),
            Filter("intent", which.intent),
            Filter("slice", which.slice_text),
            Filter("verdict", which.verdict, STANDINGS),
        ]
        page = self._page(f"{name} ({environment})", view, filters=filters)
        return page._replace(asked=dict(asked), paging=paging)

    @override
    def cells(self, asked: Mapping[str, str]) -> RoomPage:
        cells = self._overviews.narrowed(cells_asked(asked), asked.get("environment", ""))
        return self._page("cells", cells_view(cells))

    @override
    def cell(self, cell: Cell) -> RoomPage:
        stores = self._stores
        analyses = AnalysisStore(stores.engine, stores.settings.labels.out_of_scope)
        view = cell_view(look_at(analyses, stores.incidents, self._overviews.everything(), cell))
        return self._page(view.title, view)

    @override
    def budget(self, asked: Mapping[str, str]) -> RoomPage:
        here = self._overviews.in_use()
        paging = Paging.of(asked, watched_cells(here))
        part = TablePart(paging.first, ROWS)
        budget = budget_page(here, part)
        question = AskedWhatIf.of(asked, part)
        page = self._costly(question, "budget") if question.fields else self._page("budget", budget)
        return page._replace(filters=what_if_filters(asked), forms=backtest_forms(asked), paging=paging)

    @override
    def incidents(self, asked: Mapping[str, str]) -> RoomPage:
        records = self._stores.incidents
        paging = Paging.of(asked, records.count(None))
        view = LateView(
            lambda: [incidents_block(records.part(None, paging.first, ROWS))],
            lambda: incidents_view(records.all()).content,
        )
        return self._page("incidents", view)._replace(paging=paging)

    @override
    def listed_incidents(self, asked: AskedIncidents | None, first: int, most: int) -> room.ListedPart:
        records = self._stores.incidents
        part = [as_object(each) for each in records.part(asked, first, most)]
        return room.ListedPart(part, records.count(asked))

    @override
    def incident(self, number: int) -> RoomPage:
        page = incident_page(self._stores, self._messages, number)
        return page._replace(broken=self._stores.incidents.count(AskedIncidents.OPEN))

    @override
    def runbook(self, name: str) -> RoomPage:
        if name not in files.names():
            raise NotFoundError([f"there is no runbook {name}; there are {', '.join(files.names())}"])
        return self._page(files.title_of(name), runbook_view(name))

    @override
    def analysis(self, number: int, *, as_opened: bool = False) -> RoomPage:
        incident_of(self._stores.incidents, number)
        links = [(f"/incidents/{number}", "the incident")]
        if as_opened:
            done = analyses.explain(self._stores, number, as_opened=True)
            view = analysis_document.view(done.analysis, done.tickets)
            return self._page(view.title, view, links=links, refreshes=False)
        return self._costly(AskedAnalysis(number), f"analysis of incident {number}")._replace(links=links)

    @override
    def messages(self, number: int) -> RoomPage:
        incident_of(self._stores.incidents, number)
        view = messages_view(self._messages.of_incident(number))
        return self._page(f"what was sent of incident {number}", view)

    @override
    def tickets(self, number: int, cell: str = "") -> RoomPage:
        incident = incident_of(self._stores.incidents, number)
        missed = missed_tickets(self._stores.missed_tickets, incident, cell)
        view = tickets_view(incident, missed, self._template(incident))
        return self._page(f"missed tickets of incident {number}", view)

    @override
    def missed_tickets(self, number: int) -> str:
        incident = incident_of(self._stores.incidents, number)
        return as_csv(missed_tickets(self._stores.missed_tickets, incident), self._template(incident))

    @override
    def silences(self) -> RoomPage:
        at = now()
        holding = [silence for silence in self._stores.silences.all() if silence.ends > at]
        elsewhere = [silence for silence in self._stores.silences_elsewhere.all() if silence.ends > at]
        view = silences_view(holding, at, elsewhere)
        page = self._page("silences", view, forms=silence_forms(holding))
        return page._replace(lead=1)  # ours, with what can be done about them; then those of other systems

    @override
    def anchors(self) -> RoomPage:
        return self._page("anchors", anchors_view(self._stores.anchors.all()))

    @override
    def anchor(self, name: str) -> RoomPage:
        listed = anchoring.find(self._stores.anchors, name)
        links = [] if listed.active_since else [(f"/anchors/{name}/diff", "what changes if it is activated")]
        return self._page(f"anchor {name}", anchor_view(listed), links=links)

    @override
    def anchor_difference(self, after: str, before: str = "") -> RoomPage:
        named = [anchoring.find(self._stores.anchors, name).anchor.id for name in (after, before) if name]
        asked = AskedDifference(*named) if before else AskedDifference(named[0], "")
        return self._costly(asked, f"anchor {named[0][:SHORT]}")

    @override
    def sinks(self) -> RoomPage:
        stores = self._stores
        kinds = {sink.name: sink.kind for sink in stores.settings.sinks}
        return self._page("sinks", sinks_view(stores.sink_records.of(list(kinds)), kinds, now()))

    @override
    def versions(self) -> RoomPage:
        status = self._stores.status
        return self._page("versions", services_view(status.services(), status.labelling(), now()))

    @override
    def deploys(self) -> RoomPage:
        return self._page("deploys", deploys_view(self._stores.deploys.all()))

    @override
    def dead_letters(self) -> RoomPage:
        letters = self._stores.dead_letters
        return self._page("dead letters", dead_letters_view(letters.by_code(), letters.newest(LETTERS)))

    @override
    def reports(self) -> RoomPage:
        folder = self._stores.settings.reports.folder
        written = [] if folder is None else written_reports(folder)
        return self._page("reports", reports_view(written, folder))

    @override
    def report(self, name: str) -> room.ReportFile:
        folder = self._stores.settings.reports.folder
        found = None if folder is None else report_file(folder, name)
        if found is None:
            raise NotFoundError([f"there is no report {name}; `/reports` lists those that were written"])
        return room.ReportFile(*found)

    @override
    def mark(self) -> str:
        mark = self._messages.mark()
        if mark != self._told:  # before all who listen hear of it, and ask at once
            self._told = mark
            self._overviews.prepare()
        return mark + self._backtests.mark()

    @override
    def missing(self, why: str, asked: Mapping[str, str] = MappingProxyType({})) -> RoomPage:
        return missing_page(why, asked)

    def _template(self, incident: IncidentStatus) -> str:
        return self._stores.settings.of_versions(incident.model_name, incident.environment).ticket_url

    def _costly(self, asked: AskedCostly, title: str) -> RoomPage:
        """Not brought up to date by every change: it takes seconds."""
        shown = self._costly_pages.page(asked)
        made = shown.view.title if isinstance(shown.view, View) else ""
        page = self._page(made or title, shown.view, forms=shown.forms, refreshes=False)
        return page._replace(again_s=shown.again_s)

    def _page(
        self,
        title: str,
        view: View | LateView,
        *,
        forms: list[Form] | None = None,
        filters: list[Filter] | None = None,
        links: list[tuple[str, str]] | None = None,
        refreshes: bool = True,
    ) -> RoomPage:
        broken = self._stores.incidents.count(AskedIncidents.OPEN)
        return RoomPage(title, view, forms or (), filters or (), links or (), refreshes, broken)
