"""Cells in, what `anchorwatch status --budget` shows out: who has which part of the false pages, and how soon."""

import math
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from monitor.domain.detection.detectability import FALL, fallen_recall, labels_needed
from monitor.domain.detection.money import BY_THE_DAY
from monitor.domain.judging.state import CellState
from monitor.review.ports.status import Overview
from reports.render.blocks import Block, Column, TableCell, View
from reports.tables.status import as_of
from reports.words.watching import why


def as_object(
    state: CellState, false_pages_per_year: float, detect_within_days: float, days: float
) -> dict[str, Any]:
    """One watched cell's part of the false pages a year, unrounded.

    `money_per_day` is what it gets of a page each day, and `share` that of what all get by the day. `days` of labels
    are behind `labels_per_day`; `days_to_page` is how long a fall by .30 would go unseen (None: for ever).
    """
    money, floor = state.held.income.per_day if state.held.income else 0.0, state.held.floor or 0.0
    per_day = state.labels.per_day(days)
    to_page = state.unseen_days(days)
    if to_page is None:
        to_page = math.inf
    return {
        "model": str(state.cell.model),
        "cell": str(state.cell),
        "watched": why(state.held.watched) if state.held.watched else "",
        "money_per_day": money,
        "share": money * 365 / (BY_THE_DAY * false_pages_per_year),
        "floor": floor,
        "fall_to": fallen_recall(floor),
        "labels_per_day": per_day,
        "days_to_page": to_page if math.isfinite(to_page) else None,
        "labels_per_day_needed": labels_needed(money, floor, detect_within_days, per_day, to_page),
    }


def budget_view(overview: Overview) -> View:
    """Every watched cell's part of the budget, the largest share of each model first, and what they add up to."""
    pages, within, days = overview.false_pages_per_year, overview.detect_within_days, overview.days_observed
    parts = [
        as_object(state, pages, within, days.get(state.cell.model, 0.0))
        for state, _ in overview.cells
        if state.held.watched and state.held.income is not None and state.held.income.per_day
    ]
    ranked = sorted(parts, key=lambda part: (part["model"], -part["share"], part["cell"]))
    columns = [
        Column("watched"),
        Column("share", figures=True, spare=1),
        Column("a year", figures=True, spare=3),
        Column("labels a day", figures=True),
        Column("needs", figures=True),
        Column("a fall to", figures=True, spare=2),
        Column("pages in", figures=True),
    ]
    tables = [
        Block(heading=model, columns=columns, rows=[_row(part, within) for part in of_model])
        for model, of_model in groupby(ranked, key=lambda part: part["model"])
    ]
    judged_at = overview.judged_at.isoformat() if overview.judged_at else None
    return View(
        [*as_of(overview), *tables, Block(notes=[summary(parts, pages, within)])],
        {"judged_at": judged_at, "false_pages_per_year": pages, "cells": parts},
    )


def _row(part: Mapping[str, Any], detect_within_days: float) -> list[str | TableCell]:
    days = part["days_to_page"]
    late = days is None or days > detect_within_days
    return [
        part["cell"],
        f"{part['share']:.1%}",
        f"{part['money_per_day'] * 365:.2g} pages",
        f"{part['labels_per_day']:.2g}",
        f"{part['labels_per_day_needed']:.1f}",
        f"{part['fall_to']:.2f}",
        TableCell(f"{days:,.1f} days" if days is not None else "never", "warn" if late else ""),
    ]


def summary(parts: Sequence[dict[str, Any]], false_pages_per_year: float, detect_within_days: float) -> str:
    """What the table adds up to."""
    used = sum(part["share"] for part in parts)
    return (
        f"{used:.0%} of what comes by the day, half of {false_pages_per_year:g} false pages a year, is given out over"
        f" {len(parts)} watched cells; the other half is for releases; `needs` is how many labels a day page a fall by"
        f" {FALL:.2f} within {detect_within_days:g} days"
    )
