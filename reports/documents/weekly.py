"""A week in; the reliability report as HTML, Markdown, JSON and a few lines out."""

from monitor.domain.text.plain import plain
from monitor.domain.weekly.report import IncidentWeek, WeekReport
from reports.documents.weekly_models import model_block
from reports.documents.weekly_object import as_object
from reports.figures import LOOKED_AT, duration, moment
from reports.objects import json_text
from reports.render import html as pages
from reports.render import markdown as texts
from reports.render.blocks import Block, Column, View
from reports.tables.early import early_words
from reports.words.history import ending
from reports.words.weekly import advice, change, full_name, suspicion

INCIDENT_COLUMNS = (
    "incident",
    "model",
    "state",
    "cells",
    Column("noticed after", spare=1),
    Column("acknowledged after", spare=2),
    Column("lasted", spare=3),
)


_OVER = (
    "This week is long over: verdicts, floors and recall since release are of later than its end, and what is suspected"
    " and what to do next are left to the newest report."
)


def html(report: WeekReport) -> str:
    """A page that opens anywhere: no script, nothing fetched."""
    return pages.html(_title(report), blocks(report))


def markdown(report: WeekReport) -> str:
    """The same for a wiki or a pull request."""
    return texts.markdown(_title(report), blocks(report))


def view(report: WeekReport) -> View:
    """The same for a terminal, and for programs."""
    return View(blocks(report), as_object(report), _title(report), for_wikis=True)


def files(report: WeekReport) -> dict[str, str]:
    """The report's three files by name."""
    name = f"reliability-{report.week}"
    return {
        f"{name}.html": html(report),
        f"{name}.md": markdown(report),
        f"{name}.json": json_text(as_object(report)),
    }


def digest(report: WeekReport) -> list[tuple[str, str]]:
    """What is sent of it, as (heading, line): what is broken or suspected, what changed and what to do.

    Of a week that is long over only what was in it.
    """
    suspects = [] if report.past else report.suspects
    return [
        *(("broken now", full_name(cell)) for cell in report.degraded if not report.past),
        *(("suspected", full_name(each.cell)) for each in suspects),
        *(("before any label", line) for line in early_words(report.early)),
        ("pages", f"{report.pages} this week, {report.pages_in_a_year} in 52 weeks"),
        *(("changed", line) for line in _changes(report)),
        *(("to do", line) for line in _advice(report)),
    ]


def blocks(report: WeekReport) -> list[Block]:
    """The whole report in its order."""
    lists = [
        Block(heading=heading, bullets=lines)
        for heading, lines in (
            ("Suspected", [] if report.past else [suspicion(each) for each in report.suspects]),
            ("Noted before any label", early_words(report.early)),
            ("What changed", _changes(report)),
            ("What to do next", _advice(report)),
        )
        if lines
    ]
    incidents = (
        [
            Block(
                heading="Incidents",
                columns=INCIDENT_COLUMNS,
                rows=[_incident(incident) for incident in report.incidents],
            )
        ]
        if report.incidents
        else []
    )
    models = [model_block(model) for model in report.models]
    nothing = Block(lines=["There is no model yet: nothing was predicted, and no anchor was imported."])
    judged = f" Verdicts as of {moment(report.judged_at)}." if report.judged_at else ""
    made = f"{_span(report)}; made {moment(report.made_at)}.{judged} {LOOKED_AT}"
    lines = [made, *([_OVER] if report.past else []), budget(report)]
    return [Block(lines=lines), *lists, *incidents, *(models or [nothing]), *_beside(report)]


def budget(report: WeekReport) -> str:
    """Pages of the week against what was promised."""
    pages = "1 page" if report.pages == 1 else f"{report.pages} pages"
    return (
        f"{pages} this week, {report.pages_in_a_year} in 52 weeks; of a year's pages at most"
        f" {report.false_pages_per_year:g} is false, on average."
    )


def _changes(report: WeekReport) -> list[str]:
    return [change(news) for news in report.changes]


def _advice(report: WeekReport) -> list[str]:
    return [] if report.past else [advice(news) for news in report.next]


def _incident(incident: IncidentWeek) -> list[str]:
    spans = (incident.to_notice, incident.to_acknowledge, incident.to_resolve)
    return [
        str(incident.number),
        plain(incident.model),
        ending(incident.state, incident.history),
        plain(", ".join(incident.cells)),
        *(duration(span) if span is not None else "-" for span in spans),
    ]


def _beside(report: WeekReport) -> list[Block]:
    """What lies beside the report, or why it does not."""
    if not report.attachments:
        return []
    return [
        Block(
            heading="By Evidently",
            links=[
                (attachment.title, attachment.file) for attachment in report.attachments if attachment.file
            ],
            bullets=[
                f"{attachment.title}: left out, {attachment.trouble}"
                for attachment in report.attachments
                if not attachment.file
            ],
        )
    ]


def _span(report: WeekReport) -> str:
    return f"{moment(report.week.begin)} to {moment(report.week.end)}"


def _title(report: WeekReport) -> str:
    return f"Reliability report {report.week}"
