"""A backtest in, what `anchorwatch backtest` shows out."""

from typing import Any

from monitor.domain.backtest.pages import Alarm, Backtest, FalsePages
from monitor.domain.events.archive_reach import ArchiveReach
from reports.figures import moment
from reports.render.blocks import Block, Column, View

_ALONE = (
    "By cell: each watched cell's own bet, with the floor and the money that the database says it has now, as if nobody"
    " had ended a page; no floor or money of before, no incidents, no healthy histories. Without --by-cell all of it is"
    " replayed, so other cells may page, and at other times."
)


def as_object(done: Backtest) -> dict[str, Any]:
    """Everything, unrounded."""
    return {
        "outcomes": done.outcomes,
        "begin": done.begin.isoformat() if done.begin else None,
        "end": done.end.isoformat() if done.end else None,
        "archive": None if done.archive is None else _reach(done.archive),
        "by_cell": done.by_cell,
        "watched": [{"model": str(cell.model), "cell": str(cell)} for cell in done.watched],
        "pages": [_page(page) for page in done.pages],
        "false_pages": [
            {
                "rule": alarms.rule,
                "pages": alarms.pages,
                "healthy_histories": alarms.streams,
                "share_low": alarms.share.low,
                "share_high": alarms.share.high,
                "per_year": alarms.per_year,
            }
            for alarms in done.false_pages
        ],
    }


def summary(done: Backtest) -> str:
    """What was replayed, in a sentence."""
    if done.begin is None or done.end is None:
        return "There is no outcome to replay."
    watched = len(done.watched)
    return (
        f"{done.outcomes:,} outcomes from {moment(done.begin)} to {moment(done.end)} replayed; {watched} cells could"
        " page. Nothing was written or sent."
    )


def backtest_view(done: Backtest) -> View:
    """What was replayed, every alarm in its order, and how often each rule alarms where nothing is wrong."""
    reach = [] if done.archive is None else [_reach_line(done.archive)]
    alone = [_ALONE] if done.by_cell else []
    blocks = [Block(lines=[summary(done), *reach, *alone]), _alarms(done)]
    return View([*blocks, _false_alarms(done)] if done.false_pages else blocks, as_object(done))


def _reach(reach: ArchiveReach) -> dict[str, Any]:
    return {"predictions_from": reach.begin.isoformat(), "predictions_until": reach.until.isoformat()}


def _reach_line(reach: ArchiveReach) -> str:
    return (
        f"The archive holds predictions made from {moment(reach.begin)} on and before {moment(reach.until)}; what was"
        " predicted later is not in it, and what broke later is not seen here."
    )


def _alarms(done: Backtest) -> Block:
    if not done.pages:
        return Block(lines=["No alarm."])
    columns = ("alarm", "rule", "model", "cell", "since", Column("labels", figures=True), "over")
    return Block(columns=columns, rows=[_row(alarm) for alarm in done.pages])


def _row(alarm: Alarm) -> list[str]:
    return [
        moment(alarm.at),
        alarm.rule,
        str(alarm.cell.model),
        str(alarm.cell),
        moment(alarm.onset),
        str(alarm.labels),
        f"{moment(alarm.over_at)}, {alarm.over}" if alarm.over_at else "-",
    ]


def _false_alarms(done: Backtest) -> Block:
    figures = ("false alarms", "healthy histories", "share", "a year")
    return Block(
        lines=[
            "Healthy histories drawn anew, each as long as a watched cell's own, of a recall that its anchor"
            " leaves open:"
        ],
        columns=["rule", *(Column(name, figures=True) for name in figures)],
        rows=[
            [rule.rule, f"{rule.pages:,}", f"{rule.streams:,}", _share(rule), f"{rule.per_year:.2g}"]
            for rule in done.false_pages
        ],
    )


def _share(alarms: FalsePages) -> str:
    return f"{alarms.pages / alarms.streams:.1%} ({alarms.share.low:.1%} to {alarms.share.high:.1%})"


def _page(page: Alarm) -> dict[str, Any]:
    return {
        "rule": page.rule,
        "model": str(page.cell.model),
        "cell": str(page.cell),
        "at": page.at.isoformat(),
        "outcome": page.seq,
        "onset": page.onset.isoformat(),
        "labels_after_onset": page.labels,
        "over_at": page.over_at.isoformat() if page.over_at else None,
        "over": page.over or None,
    }
