"""Cells as they are, and as they would be held by other settings, in; who has which share of the budget, and when a
fall of each would be seen, before and after, out."""

import math
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from monitor.domain.detection.detectability import fallen_recall
from monitor.domain.detection.money import BY_THE_DAY
from monitor.domain.events.types import Model
from monitor.domain.judging.state import CellState
from monitor.domain.judging.watching import WhyWatched
from monitor.domain.slices.cells import Cell


class WhatIf(NamedTuple):
    """What is asked; what is None stays as it is.

    `drop` is the tolerated loss of recall, `false_pages` those of a year, `fall_to` the recall after the fall that is
    to be seen (None: as one that must be). `labels` a day are those of all intents together, as they are spread now;
    `labels_of` those of single intents, by name.
    """

    drop: float | None = None
    false_pages: float | None = None
    fall_to: float | None = None
    labels: float | None = None
    labels_of: Mapping[str, float] = MappingProxyType({})


class BudgetPart(msgspec.Struct, frozen=True, kw_only=True):
    """A watched cell's part of the budget, and when a fall of it would be seen.

    `share` is of what all get by the day. A fall to `fall_to` would page after about `days` (None: never), or is none
    that the floor forbids (`falls` is False).
    """

    watched: WhyWatched
    share: float
    money_per_day: float
    floor: float
    labels_per_day: float
    fall_to: float
    falls: bool
    days: float | None


class PartChange(NamedTuple):
    """A cell's part before and after; None where it is not watched, or was not."""

    cell: Cell
    before: BudgetPart | None
    after: BudgetPart | None


class WhatIfAnswer(NamedTuple):
    """What was asked and what it changes; beside it the false pages a year, the drop and the days that hold now."""

    asked: WhatIf
    changes: Sequence[PartChange]
    false_pages: float
    drop: float
    within_days: float


class Held(NamedTuple):
    """Cells, the false pages a year that they share, and the days of labels behind each model."""

    states: Sequence[CellState]
    false_pages: float
    days: Mapping[Model, float]


def changed_parts(before: Held, after: Held, asked: WhatIf) -> list[PartChange]:
    """Every cell that is watched before or after: those first of which a fall is seen latest by the asked settings.

    `after` is held by the asked settings; the asked labels are reckoned here, from those that come now.
    """
    labels = asked_labels(after, asked)
    here = {
        state.cell: part for state in before.states if (part := _part(state, before, asked, None)) is not None
    }
    there = {
        state.cell: part for state in after.states if (part := _part(state, after, asked, labels)) is not None
    }
    changes = [PartChange(cell, here.get(cell), there.get(cell)) for cell in here.keys() | there.keys()]
    return sorted(changes, key=_latest_first)


def asked_labels(held: Held, asked: WhatIf) -> dict[Cell, float]:
    """The labels a day of each cell by what is asked.

    `l' = l N / sum l` of all intents for N in all, and n for an intent that is given n; a slice keeps its part of its
    intent's, and a group gets its members'. Where no label comes now, a number in all is spread evenly.
    """
    now = {state.cell: state.labels.per_day(held.days.get(state.cell.model, 0.0)) for state in held.states}
    whole = [cell for cell in now if not cell.slice_text and cell.group is None]
    total = math.fsum(now[cell] for cell in whole)
    then = dict(now)
    for cell in whole:
        if asked.labels is not None:
            then[cell] = now[cell] * asked.labels / total if total else asked.labels / len(whole)
        then[cell] = asked.labels_of.get(cell.intent, then[cell])
    for state in held.states:
        cell = state.cell
        if cell.slice_text:
            intents = now.get(cell.whole, 0.0)
            then[cell] = now[cell] * then[cell.whole] / intents if intents else now[cell]
        elif cell.group is not None and state.held.members is not None:
            members = (Cell(cell.model, intent) for intent in state.held.members.intents)
            then[cell] = math.fsum(then.get(member, 0.0) for member in members)
    return then


def in_time(parts: Iterable[BudgetPart | None], within_days: float) -> int:
    """Of how many a fall is seen within so many days."""
    return sum(part is not None and part.days is not None and part.days <= within_days for part in parts)


def _part(
    state: CellState, held: Held, asked: WhatIf, labels: Mapping[Cell, float] | None
) -> BudgetPart | None:
    income, floor = state.held.income, state.held.floor
    if state.held.watched is None or income is None or not income.per_day or floor is None:
        return None
    days = held.days.get(state.cell.model, 0.0)
    now = state.labels.per_day(days)
    then = labels.get(state.cell, now) if labels is not None else now
    fall_to = asked.fall_to if asked.fall_to is not None else fallen_recall(floor)
    unseen = state.unseen_days(days, asked.fall_to, more=then - now) if then > 0 else math.inf
    return BudgetPart(
        watched=state.held.watched,
        share=income.per_day * 365 / (BY_THE_DAY * held.false_pages),
        money_per_day=income.per_day,
        floor=floor,
        labels_per_day=then,
        fall_to=fall_to,
        falls=fall_to < floor,
        days=unseen if fall_to < floor and unseen is not None and math.isfinite(unseen) else None,
    )


def _latest_first(change: PartChange) -> tuple[str, float, float, str]:
    part = change.after or change.before
    days = part.days if part is not None and part.days is not None else math.inf
    return str(change.cell.model), -days, -(part.share if part else 0.0), str(change.cell)
