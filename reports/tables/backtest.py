"""A backtest in, what `anchorwatch backtest` shows out."""

from typing import Any

from rich import box
from rich.table import Table

from monitor.domain.backtest.pages import Alarm, Backtest, FalsePages
from monitor.domain.text.plain import plain as plain_words
from reports.figures import moment


def as_object(done: Backtest) -> dict[str, Any]:
    """Everything, unrounded."""
    return {
        "outcomes": done.outcomes,
        "begin": done.begin.isoformat() if done.begin else None,
        "end": done.end.isoformat() if done.end else None,
        "watched": [{"model": str(cell.model), "cell": str(cell)} for cell in done.watched],
        "pages": [_page(page) for page in done.pages],
        "false_pages": [
            {
                "rule": one.rule,
                "pages": one.pages,
                "healthy_histories": one.streams,
                "share_low": one.share.low,
                "share_high": one.share.high,
                "per_year": one.per_year,
            }
            for one in done.false_pages
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


def pages(done: Backtest, *, plain: bool) -> Table:
    """Every alarm in the order of its time."""
    grid = _grid(plain=plain)
    for heading in ("alarm", "rule", "model", "cell", "since"):
        grid.add_column(heading)
    grid.add_column("labels", justify="right")
    grid.add_column("over")
    for page in done.pages:
        over = f"{moment(page.over_at)}, {page.over}" if page.over_at else "-"
        grid.add_row(
            moment(page.at),
            page.rule,
            plain_words(str(page.cell.model)),
            plain_words(str(page.cell)),
            moment(page.onset),
            str(page.labels),
            over,
        )
    return grid


def false_pages(done: Backtest, *, plain: bool) -> Table:
    """How often each rule alarms where nothing is wrong."""
    grid = _grid(plain=plain)
    grid.add_column("rule")
    for heading in ("false alarms", "healthy histories", "share", "a year"):
        grid.add_column(heading, justify="right")
    for one in done.false_pages:
        grid.add_row(one.rule, f"{one.pages:,}", f"{one.streams:,}", _share(one), f"{one.per_year:.2g}")
    return grid


def _grid(*, plain: bool) -> Table:
    return Table(box=None if plain else box.SIMPLE_HEAD, pad_edge=False)


def _share(one: FalsePages) -> str:
    return f"{one.pages / one.streams:.1%} ({one.share.low:.1%} to {one.share.high:.1%})"


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
