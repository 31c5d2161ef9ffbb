"""The budget by other settings in, what `anchorwatch what-if` and `/budget?...` show out."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

from monitor.domain.judging.what_if import BudgetPart, PartChange, WhatIf, WhatIfAnswer, in_time
from reports.figures import about_days, changed, counted, pages, rate
from reports.objects import as_object
from reports.render.blocks import Block, Column, TableCell, View
from reports.tables.intents import TablePart
from reports.words.watching import why


def what_if_view(answer: WhatIfAnswer, part: TablePart | None = None) -> View:
    """Each watched cell's share, floor and labels, and when a fall would be seen; before, and by what is asked.

    Of a page the rows are that `part` of all. For programs always all.
    """
    asked, changes, false_pages, drop, within_days = answer
    shown = changes if part is None else changes[part.first : part.first + part.most]
    tables = [
        _table(str(model), list(of_model), within_days)
        for model, of_model in groupby(shown, key=lambda change: change.cell.model)
    ]
    lines = [_asked(asked, false_pages, drop), _result(changes, within_days)]
    return View(
        [Block(heading="what if", lines=lines), *tables, Block(notes=list(_notes(asked)))],
        {
            "asked": as_object(asked),
            "false_pages_per_year": false_pages,
            "drop": drop,
            "detect_within_days": within_days,
            "cells": [
                {
                    "model": str(change.cell.model),
                    "cell": str(change.cell),
                    "before": _object(change.before),
                    "after": _object(change.after),
                }
                for change in changes
            ],
        },
    )


def _object(part: BudgetPart | None) -> dict[str, Any] | None:
    return None if part is None else {**as_object(part), "watched": why(part.watched)}


def _asked(asked: WhatIf, false_pages: float, drop: float) -> str:
    words = []
    if asked.false_pages is not None:
        words.append(f"{pages(asked.false_pages)} a year instead of {false_pages:g}")
    if asked.drop is not None:
        words.append(f"a loss of {asked.drop:g} tolerated instead of {drop:g}")
    if asked.labels is not None:
        words.append(f"{asked.labels:g} labels a day in all, spread as they are now")
    words += [f"{per_day:g} labels a day of {intent}" for intent, per_day in asked.labels_of.items()]
    if asked.fall_to is not None:
        words.append(f"a fall to {asked.fall_to:g}")
    return f"Asked: {'; '.join(words) or 'nothing else than what holds'}."


def _result(changes: Sequence[PartChange], within_days: float) -> str:
    before = in_time((change.before for change in changes), within_days)
    after = in_time((change.after for change in changes), within_days)
    return (
        f"A fall would be seen within {within_days:g} days in {after} of {counted(len(changes), 'watched cell')}; now"
        f" in {before}."
    )


def _notes(asked: WhatIf) -> Iterator[str]:
    fall = (
        "a fall to that recall"
        if asked.fall_to is not None
        else "a fall by .30 below the floor, or to half of it,"
    )
    yield (
        f"`seen in`: after how many days {fall} would page, about. It is reckoned from formulas; `anchorwatch backtest`"
        " with the same settings says what they would have done."
    )
    if asked.drop is not None or asked.false_pages is not None:
        yield "With another drop every bet begins anew; another number of false pages counts from then on."


def _table(model: str, changes: Sequence[PartChange], within_days: float) -> Block:
    columns = (
        Column("watched"),
        Column("share", figures=True, spare=2),
        Column("floor", figures=True, spare=1),
        Column("labels", figures=True),
        Column("seen in", figures=True),
    )
    return Block(
        heading=f"{model}, by what is asked",
        columns=columns,
        rows=[_row(change, within_days) for change in changes],
    )


def _row(change: PartChange, within_days: float) -> list[str | TableCell]:
    return [
        TableCell(str(change.cell), leads_to=change.cell),
        _both(change, lambda part: f"{part.share:.1%}"),
        _both(change, lambda part: f"{part.floor:.2f}"),
        _both(change, lambda part: rate(part.labels_per_day)),
        _seen(change, within_days),
    ]


def _both(change: PartChange, words: Callable[[BudgetPart], str]) -> TableCell:
    before, after = (words(part) if part is not None else "" for part in (change.before, change.after))
    return TableCell(changed(before, after))


def _seen(change: PartChange, within_days: float) -> TableCell:
    before, after = _days(change.before), _days(change.after)
    part = change.after
    late = part is not None and part.falls and (part.days is None or part.days > within_days)
    mood = "warn" if late else "good" if part is not None and part.falls else "quiet"
    return TableCell(changed(before, after), mood)


def _days(part: BudgetPart | None) -> str:
    if part is None:
        return "not watched"
    if not part.falls:
        return "no fall"
    return "never" if part.days is None else about_days(part.days)
