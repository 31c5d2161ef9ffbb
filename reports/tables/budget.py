"""Cells in, what `anchorwatch status --budget` shows out: who has which part of the false pages, and how soon."""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from monitor.domain.detection.detectability import FALL, fallen_recall, labels_needed
from monitor.domain.detection.money import BY_THE_DAY
from monitor.domain.events.types import Model
from monitor.domain.judging.state import CellState
from monitor.review.ports.status import Overview
from reports.figures import YEAR, about_days, counted, pages, rate
from reports.render.blocks import Block, Column, LateView, TableCell, View, bar
from reports.tables import purse
from reports.tables.intents import TablePart
from reports.tables.status import as_of
from reports.words.watching import why

FALLS = (0.39, 0.60, 0.75)
"""Recalls that somebody asks about: a break, a bad fall, a small one."""
SOONER_OF = FALLS[:2]


def as_object(
    state: CellState, false_pages_per_year: float, detect_within_days: float, days: float
) -> dict[str, Any]:
    """One watched cell's part of the false pages a year, unrounded.

    `money_per_day` is what it gets of a page each day, and `share` that of what all get by the day. `days` of labels
    are behind `labels_per_day`; `days_to_page` is how long a fall by .30 would go unseen (None: for ever), and
    `days_to_page_at` those to other recalls (None: for ever, or no fall). `days_sooner` is what a label more a day
    would save of them.
    """
    money, floor = state.held.income.per_day if state.held.income else 0.0, state.held.floor or 0.0
    per_day = state.labels.per_day(days)
    to_page = state.unseen_days(days)
    if to_page is None:
        to_page = math.inf
    unseen = {fall: _finite(state.unseen_days(days, fall)) for fall in FALLS}
    with_more = {fall: _finite(state.unseen_days(days, fall, more=1.0)) for fall in SOONER_OF}
    return {
        "model": str(state.cell.model),
        "cell": str(state.cell),
        "watched": why(state.held.watched) if state.held.watched else "",
        "money_per_day": money,
        "share": money * 365 / (BY_THE_DAY * false_pages_per_year),
        "floor": floor,
        "fall_to": fallen_recall(floor),
        "labels_per_day": per_day,
        "detect_within_days": detect_within_days,
        "days_to_page": _finite(to_page),
        "days_to_page_at": {f"{fall:.2f}": unseen[fall] for fall in FALLS},
        "days_sooner": {f"{fall:.2f}": _less(unseen[fall], with_more[fall]) for fall in SOONER_OF},
        "labels_per_day_needed": labels_needed(
            state.held.bet_per_day, floor, detect_within_days, per_day, to_page
        ),
    }


ROWS = 20
"""So many rows fit on a screen, over all models."""


class _Watched(NamedTuple):
    """A watched cell, its share of what is given out by the day, and how long a fall would go unseen."""

    state: CellState
    share: float
    unseen: float | None

    @property
    def rank(self) -> tuple[str, float, float, str]:
        """By model the largest first; of equal ones that of which a fall would go unseen longest."""
        unseen = -math.inf if self.unseen is None else -self.unseen
        cell = self.state.cell
        return str(cell.model), -round(self.share, 9), unseen, str(cell)


def watched_cells(overview: Overview) -> int:
    """How many rows the table of the budget has."""
    return sum(_has_part(state) for state, _ in overview.cells)


def budget_view(overview: Overview, *, every_row: bool = True) -> View:
    """The money: what is in the purse, and every watched cell's part: groups, intents and slices, the largest first.

    Of equal parts the one comes first of which a fall would go unseen longest. Without `every_row` those are left out,
    and added up in a line, that would not fit on a screen.
    """
    return View(_blocks(overview, None, every_row=every_row), _content(overview))


def budget_page(overview: Overview, part: TablePart) -> LateView:
    """The same with that `part` of the rows; for programs always all."""
    return LateView(lambda: _blocks(overview, part, every_row=True), lambda: _content(overview))


def _blocks(overview: Overview, part: TablePart | None, *, every_row: bool) -> list[Block]:
    watched = sorted(_watched(overview), key=lambda each: each.rank)
    shown = watched if part is None else watched[part.first : part.first + part.most]
    models = {each.state.cell.model for each in watched}
    most = None if every_row else max(ROWS // max(len(models), 1), 3)
    largest = max((each.share for each in watched), default=1.0)
    tables = [
        _table(overview, model, list(of_model), most, largest)
        for model, of_model in groupby(shown, key=lambda each: each.state.cell.model)
    ]
    pages = overview.false_pages_per_year
    return [
        *as_of(overview),
        Block(lines=[purse.sentence(overview.purse, overview.judged_at, pages)]),
        *tables,
        Block(notes=_notes(overview, watched)),
    ]


def _content(overview: Overview) -> dict[str, Any]:
    pages = overview.false_pages_per_year
    return {
        "judged_at": overview.judged_at.isoformat() if overview.judged_at else None,
        "false_pages_per_year": pages,
        "purse": purse.as_object(overview.purse, overview.judged_at, pages),
        "cells": [_part(overview, state) for state, _ in overview.cells if _has_part(state)],
    }


def _has_part(state: CellState) -> bool:
    return bool(state.held.watched and state.held.income is not None and state.held.income.per_day)


def _watched(overview: Overview) -> Iterator[_Watched]:
    days, pages = overview.days_observed, overview.false_pages_per_year
    for state, _ in overview.cells:
        if _has_part(state) and state.held.income is not None:
            share = state.held.income.per_day * 365 / (BY_THE_DAY * pages)
            unseen = _finite(state.unseen_days(days.get(state.cell.model, 0.0)))
            yield _Watched(state, share, unseen)


def _part(overview: Overview, state: CellState) -> dict[str, Any]:
    model = state.cell.model
    within = overview.limits_of(model).detect_within_days
    return as_object(state, overview.false_pages_per_year, within, overview.days_observed.get(model, 0.0))


def _table(
    overview: Overview, model: Model, watched: Sequence[_Watched], most: int | None, largest: float
) -> Block:
    """A model's parts, so many at `most`; the others add up below."""
    columns = [
        Column("watched"),
        Column("share", figures=True, spare=2),
        Column("of what comes by the day", spare=6, drawn=True),
        Column("labels", figures=True),
        Column("needs", figures=True, spare=1),
        *(Column(f"to {fall:.2f}", figures=True, spare=3 if fall == FALLS[-1] else 0) for fall in FALLS),
        *(Column(f"1 more: to {fall:.2f}", figures=True, spare=5 - at) for at, fall in enumerate(SOONER_OF)),
    ]
    left = watched[most:] if most is not None else []
    more = f"and {counted(len(left), 'more cell')} with {sum(each.share for each in left):.1%} together"
    return Block(
        heading=str(model),
        columns=columns,
        rows=[_row(_part(overview, each.state), largest) for each in watched[:most]],
        notes=[f"{more}: anchorwatch status --budget --all"] if left else [],
    )


def _row(part: Mapping[str, Any], largest: float) -> list[str | TableCell]:
    unseen, sooner, floor = part["days_to_page_at"], part["days_sooner"], part["floor"]
    return [
        part["cell"],
        f"{part['share']:.1%}",
        bar(part["share"] / largest),
        rate(part["labels_per_day"]),
        f"{part['labels_per_day_needed']:.1f}",
        *(_days(unseen[f"{fall:.2f}"], fall < floor, part["detect_within_days"]) for fall in FALLS),
        *(_sooner(sooner[f"{fall:.2f}"], unseen[f"{fall:.2f}"], fall < floor) for fall in SOONER_OF),
    ]


def _days(days: float | None, falls: bool, detect_within_days: float) -> TableCell:
    if not falls:
        return TableCell("-")
    late = days is None or days > detect_within_days
    return TableCell(about_days(days) if days is not None else "never", "warn" if late else "")


def _sooner(days: float | None, unseen: float | None, falls: bool) -> str:
    """What a label more a day saves; where none came before, that it is seen at all."""
    if not falls:
        return "-"
    if days is None:
        return "seen" if unseen is None else "-"
    if days >= YEAR:
        return about_days(days)
    return f"-{about_days(days)}" if days >= 0.05 else about_days(0.0)


def _notes(overview: Overview, watched: Sequence[_Watched]) -> list[str]:
    """What the table adds up to, and what its columns mean."""
    models = {each.state.cell.model for each in watched}
    within = {overview.limits_of(model).detect_within_days for model in models}
    spans = sorted(within or {overview.detect_within_days})
    used = sum(each.share for each in watched)
    return [
        f"{used:.0%} of what comes by the day, half of {pages(overview.false_pages_per_year)} a year, is given out over"
        f" {counted(len(watched), 'watched cell')}; the other half is for releases",
        f"`to {FALLS[0]:.2f}`: after how many days a fall to that recall pages, about, with the labels that come now;"
        " `1 more`: how many days sooner with a label more a day. `needs`: how many labels a day page a fall by"
        f" {FALL:.2f} within {' or '.join(f'{span:g}' for span in spans)} days",
    ]


def _finite(days: float | None) -> float | None:
    return days if days is not None and math.isfinite(days) else None


def _less(days: float | None, with_more: float | None) -> float | None:
    return days - with_more if days is not None and with_more is not None else None
