"""A week in; the reliability report as HTML, Markdown, JSON and a few lines out."""

import math
from datetime import timedelta
from typing import Any

import msgspec
from rich.console import Group

from monitor.domain.weekly.report import IncidentWeek, IntentWeek, ModelWeek, WeekReport
from reports.documents import document
from reports.documents.charts import recall_by_week, spark
from reports.documents.document import MOODS, Block, Cell
from reports.figures import duration, moment, percent, plain
from reports.objects import as_object as as_plain

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
    return document.html(_title(report), blocks(report))


def markdown(report: WeekReport) -> str:
    """The same for a wiki or a pull request."""
    return document.markdown(_title(report), blocks(report))


def terminal(report: WeekReport) -> Group:
    """The same as tables, with colour."""
    return document.terminal(_title(report), blocks(report), bare=False)


def blocks(report: WeekReport) -> list[Block]:
    """The whole report in its order."""
    lists = [
        Block(heading=heading, bullets=found)
        for heading, found in (("What changed", report.changes), ("What to do next", report.next))
        if found
    ]
    incidents = (
        [
            Block(
                heading="Incidents",
                columns=INCIDENT_COLUMNS,
                rows=[_incident(one) for one in report.incidents],
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
            rows=[_row(one) for one in model.intents],
            notes=[f"{one.cell}: {'; '.join(one.reasons)}" for one in model.intents if one.reasons],
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
            links=[(one.title, one.file) for one in report.attachments if one.file],
            bullets=[f"{one.title}: left out, {one.trouble}" for one in report.attachments if not one.file],
        )
    ]


def files(report: WeekReport) -> dict[str, str]:
    """The report's three files by name."""
    name = f"reliability-{report.week}"
    return {
        f"{name}.html": html(report),
        f"{name}.md": markdown(report),
        f"{name}.json": msgspec.json.format(msgspec.json.encode(as_object(report))).decode() + "\n",
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
        "changes": report.changes,
        "next": report.next,
        "attachments": as_plain(report.attachments),
        "incidents": [
            {
                "incident": one.number,
                "model": one.model,
                "state": one.state,
                "opened": one.opened.isoformat(),
                "closed": one.closed.isoformat() if one.closed else None,
                "cells": list(one.cells),
                "to_notice_s": _seconds(one.to_notice),
                "to_acknowledge_s": _seconds(one.to_acknowledge),
                "to_resolve_s": _seconds(one.to_resolve),
            }
            for one in report.incidents
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
                "intents": [_intent_object(one) for one in model.intents],
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


def _intent_object(one: IntentWeek) -> dict[str, Any]:
    return {
        "intent": one.cell.intent,
        "verdict": one.verdict.value,
        "reasons": list(one.reasons),
        "watched": one.watched,
        "weighted": one.weighted,
        "offline": one.offline,
        "offline_support": one.offline_support,
        "floor": one.floor,
        "grade": one.grade or None,
        "live": as_plain(one.live),
        "live_support": one.live_support,
        "days_until_a_fall_is_seen": _finite(one.unseen_days),
        "weeks": [
            {"hits": count.hits, "misses": count.misses, "recall": count.recall(weighted=one.weighted)}
            for count in one.trend
        ],
    }


def _row(one: IntentWeek) -> list[str | Cell]:
    offline = f"{one.offline:.2f} of {one.offline_support}" if one.offline is not None else "-"
    live = one.live
    released = (
        [f"{live.value:.2f} of {one.live_support}", f"{live.low:.2f} to {live.high:.2f}"] if live else "-"
    )
    return [
        str(one.cell),
        Cell(one.verdict.value, MOODS.get(one.verdict.value, "warn")),
        Cell([offline, one.grade] if one.grade else offline, MOODS.get(one.grade, "")),
        f"{one.floor:.2f}" if one.floor is not None else "-",
        Cell(released),
        _recall(one, -1),
        _recall(one, -2),
        _seen_in(one.unseen_days),
        _picture(one),
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


def _picture(one: IntentWeek) -> Cell:
    weeks = [count.recall(weighted=one.weighted) for count in one.trend]
    return Cell(spark(weeks), picture=recall_by_week(weeks, one.floor, _heard(one)))


def _recall(one: IntentWeek, place: int) -> Cell:
    count = one.trend[place]
    recall, around = count.recall(weighted=one.weighted), count.interval(weighted=one.weighted)
    if recall is None:
        return Cell("no label")
    return Cell(
        [
            f"{recall:.2f} of {count.support}",
            f"{around.low:.2f} to {around.high:.2f}" if around else "weighed",
        ]
    )


def _heard(one: IntentWeek) -> str:
    shown = [count.recall(weighted=one.weighted) for count in one.trend]
    words = ", ".join("none" if recall is None else f"{recall:.2f}" for recall in shown)
    return f"Recall of {plain(str(one.cell))} week by week: {words}"


def _incident(one: IncidentWeek) -> list[str]:
    spans = (one.to_notice, one.to_acknowledge, one.to_resolve)
    return [
        str(one.number),
        plain(one.model),
        one.state,
        plain(", ".join(one.cells)),
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
