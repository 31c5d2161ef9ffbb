"""A week in; the reliability report as HTML, Markdown, JSON and a few lines out."""

import math
from datetime import timedelta
from typing import Any

from monitor.domain.judging.judge import Verdict
from monitor.domain.text.plain import plain
from monitor.domain.weekly.report import IncidentWeek, IntentWeek, ModelWeek, WeekReport
from reports.documents.charts import recall_by_week, spark
from reports.figures import duration, moment, percent
from reports.objects import as_object as as_plain
from reports.objects import json_text
from reports.render import html as pages
from reports.render import markdown as texts
from reports.render.blocks import MOODS, Block, TableCell, View
from reports.words.reasons import sentence
from reports.words.weekly import advice, change, full_name

COLUMNS = (
    "intent",
    "verdict",
    "offline",
    "floor",
    "live since the release",
    "this week",
    "week before",
    "a fall is seen in",
    "twelve weeks",
)
INCIDENT_COLUMNS = ("incident", "model", "state", "cells", "noticed after", "acknowledged after", "lasted")


def html(report: WeekReport) -> str:
    """A page that opens anywhere: no script, nothing fetched."""
    return pages.html(_title(report), blocks(report))


def markdown(report: WeekReport) -> str:
    """The same for a wiki or a pull request."""
    return texts.markdown(_title(report), blocks(report))


def view(report: WeekReport) -> View:
    """The same for a terminal, and for programs."""
    return View(blocks(report), as_object(report), _title(report), for_wikis=True)


def digest(report: WeekReport) -> list[tuple[str, str]]:
    """What is sent of it, as (heading, line): what is broken, what changed and what to do."""
    degraded = [
        full_name(intent.cell)
        for model in report.models
        for intent in model.intents
        if intent.verdict is Verdict.DEGRADED
    ]
    return [
        *([("broken now", ", ".join(degraded))] if degraded else []),
        ("pages", f"{report.pages} this week, {report.pages_in_a_year} in 52 weeks"),
        *(("changed", line) for line in _changes(report)),
        *(("to do", line) for line in _advice(report)),
    ]


def _changes(report: WeekReport) -> list[str]:
    return [change(news) for news in report.changes]


def _advice(report: WeekReport) -> list[str]:
    return [advice(news) for news in report.next]


def blocks(report: WeekReport) -> list[Block]:
    """The whole report in its order."""
    lists = [
        Block(heading=heading, bullets=lines)
        for heading, lines in (("What changed", _changes(report)), ("What to do next", _advice(report)))
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
    models = [
        Block(
            heading=str(model.model),
            lines=[_about(model), _anchor(model)],
            columns=COLUMNS,
            rows=[_row(intent) for intent in model.intents],
            notes=[
                f"{intent.cell}: {'; '.join(map(sentence, intent.reasons))}"
                for intent in model.intents
                if intent.reasons
            ],
        )
        for model in report.models
    ]
    nothing = Block(lines=["There is no model yet: nothing was predicted, and no anchor was imported."])
    made = f"{_span(report)}; made {moment(report.made_at)}. Verdicts are those of that moment."
    return [Block(lines=[made, budget(report)]), *lists, *incidents, *(models or [nothing]), *_beside(report)]


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


def files(report: WeekReport) -> dict[str, str]:
    """The report's three files by name."""
    name = f"reliability-{report.week}"
    return {
        f"{name}.html": html(report),
        f"{name}.md": markdown(report),
        f"{name}.json": json_text(as_object(report)),
    }


def as_object(report: WeekReport) -> dict[str, Any]:
    """Everything, unrounded."""
    return {
        "week": str(report.week),
        "begin": report.week.begin.isoformat(),
        "end": report.week.end.isoformat(),
        "made_at": report.made_at.isoformat(),
        "pages": report.pages,
        "pages_in_52_weeks": report.pages_in_a_year,
        "false_pages_per_year": report.false_pages_per_year,
        "changes": _changes(report),
        "next": _advice(report),
        "attachments": as_plain(report.attachments),
        "incidents": [
            {
                "incident": incident.number,
                "model": incident.model,
                "state": incident.state,
                "opened": incident.opened.isoformat(),
                "closed": incident.closed.isoformat() if incident.closed else None,
                "cells": list(incident.cells),
                "to_notice_s": _seconds(incident.to_notice),
                "to_acknowledge_s": _seconds(incident.to_acknowledge),
                "to_resolve_s": _seconds(incident.to_resolve),
            }
            for incident in report.incidents
        ],
        "models": [
            {
                "model": model.model.name,
                "version": model.model.version,
                "environment": model.model.environment,
                "predictions": model.predictions,
                "labelled": model.labelled,
                "median_label_delay_within_s": _finite(model.delay_s),
                "anchor": as_plain(model.anchor),
                "grades": model.grades,
                "intents": [_intent_object(intent) for intent in model.intents],
            }
            for model in report.models
        ],
    }


def budget(report: WeekReport) -> str:
    """Pages of the week against what was promised."""
    pages = "1 page" if report.pages == 1 else f"{report.pages} pages"
    return (
        f"{pages} this week, {report.pages_in_a_year} in 52 weeks; of a year's pages at most"
        f" {report.false_pages_per_year:g} is false, on average."
    )


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()


def _finite(value: float | None) -> float | None:
    """JSON has no infinity: what never comes is null."""
    return value if value is not None and math.isfinite(value) else None


def _intent_object(intent: IntentWeek) -> dict[str, Any]:
    return {
        "intent": intent.cell.intent,
        "verdict": intent.verdict.value,
        "reasons": [sentence(reason) for reason in intent.reasons],
        "watched": intent.watched,
        "weighted": intent.weighted,
        "offline": intent.offline,
        "offline_support": intent.offline_support,
        "floor": intent.floor,
        "grade": intent.grade or None,
        "live": as_plain(intent.live),
        "live_support": intent.live_support,
        "days_until_a_fall_is_seen": _finite(intent.unseen_days),
        "weeks": [
            {"hits": count.hits, "misses": count.misses, "recall": count.recall(weighted=intent.weighted)}
            for count in intent.trend
        ],
    }


def _row(intent: IntentWeek) -> list[str | TableCell]:
    offline = f"{intent.offline:.2f} of {intent.offline_support}" if intent.offline is not None else "-"
    live = intent.live
    released = (
        [f"{live.value:.2f} of {intent.live_support}", f"{live.low:.2f} to {live.high:.2f}"] if live else "-"
    )
    return [
        str(intent.cell),
        TableCell(intent.verdict.value, MOODS.get(intent.verdict.value, "warn")),
        TableCell([offline, intent.grade] if intent.grade else offline, MOODS.get(intent.grade, "")),
        f"{intent.floor:.2f}" if intent.floor is not None else "-",
        TableCell(released),
        _recall(intent, -1),
        _recall(intent, -2),
        _seen_in(intent.unseen_days),
        _picture(intent),
    ]


def _seen_in(days: float | None) -> str:
    """How long a fall by .30 would go unseen; nothing where the intent may not page."""
    if days is None:
        return "-"
    return f"{days:.1f} days" if math.isfinite(days) else "never"


def _anchor(model: ModelWeek) -> str:
    """What the version is held to, and how far that may be believed."""
    anchor = model.anchor
    if anchor is None:
        return "It has no active anchor: nothing of it can page."
    grades = ", ".join(
        f"{count} {grade or 'not audited'}"
        for grade, count in sorted(model.grades.items(), key=lambda item: (item[0] == "", item[0]))
    )
    kept = f"{anchor.examples:,} examples" if anchor.examples else "numbers alone"
    since = f"Held to anchor {anchor.id[:12]} ({anchor.source}, {kept}) since {moment(anchor.active_since)}"
    return f"{since}; of its offline numbers {grades}." if grades else f"{since}."


def _picture(intent: IntentWeek) -> TableCell:
    weeks = [count.recall(weighted=intent.weighted) for count in intent.trend]
    return TableCell(spark(weeks), picture=recall_by_week(weeks, intent.floor, _heard(intent)))


def _recall(intent: IntentWeek, place: int) -> TableCell:
    count = intent.trend[place]
    recall, around = count.recall(weighted=intent.weighted), count.interval(weighted=intent.weighted)
    if recall is None:
        return TableCell("no label")
    return TableCell(
        [
            f"{recall:.2f} of {count.support}",
            f"{around.low:.2f} to {around.high:.2f}" if around else "weighed",
        ]
    )


def _heard(intent: IntentWeek) -> str:
    recalls = [count.recall(weighted=intent.weighted) for count in intent.trend]
    words = ", ".join("none" if recall is None else f"{recall:.2f}" for recall in recalls)
    return f"Recall of {plain(str(intent.cell))} week by week: {words}"


def _incident(incident: IncidentWeek) -> list[str]:
    spans = (incident.to_notice, incident.to_acknowledge, incident.to_resolve)
    return [
        str(incident.number),
        plain(incident.model),
        incident.state,
        plain(", ".join(incident.cells)),
        *(duration(span) if span is not None else "-" for span in spans),
    ]


def _about(model: ModelWeek) -> str:
    if not model.predictions:
        return "No prediction this week."
    words = f"{model.predictions:,} predictions, {percent(model.labelled, model.predictions)} of them labelled by now"
    return (
        f"{words}; half of all labels come within {_within(model.delay_s)}." if model.delay_s else f"{words}."
    )


def _within(seconds: float) -> str:
    return "longer than 90 days" if seconds == float("inf") else duration(timedelta(seconds=seconds))


def _span(report: WeekReport) -> str:
    return f"{moment(report.week.begin)} to {moment(report.week.end)}"


def _title(report: WeekReport) -> str:
    return f"Reliability report {report.week}"
