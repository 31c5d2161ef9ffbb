"""The false pages a year, shared over everything watched: each cell's income, and what releases take from the purse."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from msgspec.structs import replace

from monitor.domain.detection.money import (
    ASLEEP,
    FIRST_PURSE,
    LENT_AT_MOST,
    LIVE_BEFORE,
    Income,
    Purse,
    Rate,
    first_purse,
    per_weight_day,
    weights,
)
from monitor.domain.events.microseconds import to_us
from monitor.domain.events.types import Model
from monitor.domain.judging.state import CellState, HeldTo, ModelState
from monitor.domain.judging.watching import SmallShare
from monitor.domain.slices.cells import Cell
from monitor.evaluate.groups import weights_of
from monitor.settings.settings import Settings


class SharedMoney(NamedTuple):
    """The cells whose money changes: what they are `held` to, or the `rates` that they get from now on; what is left.

    `funded` are bet on anew, as their past got money.
    """

    held: dict[Cell, HeldTo]
    rates: dict[Cell, float]
    funded: set[Cell]
    purse: Purse | None


def share_money(
    cells: Mapping[Cell, HeldTo],
    models: Mapping[Model, ModelState],
    purse: Purse | None,
    settings: Settings,
    now: datetime,
) -> SharedMoney:
    """Give every cell its income: a watched cell its part of a year's false pages, and a release the purse.

    A cell that joins makes the others' parts smaller from now on. A version is released with its first prediction that
    is labelled. The first version ever watched has its money from its release on, and what the purse held then. A later
    version takes the purse, and borrows from it what it would have had since its release, half of a year's money being
    the most that is lent. A cell that its traffic shows to be rare only later borrows, too: its part of what its
    version was given; that does not hang on its recall. Any other cell that joins a version has money from now on.
    Until a release, and where a cell is not watched, it bets with as much as a cell of weight 1 would get, and takes
    nothing. A version that no label came to for 30 days gets nothing until one comes, and a retired one
    nothing until it is back: then its bets go on. Where there are groups,
    `judge.groups_share` of all of it is theirs.
    """
    pages = settings.judge.false_pages_per_year
    releases = {
        model: min(state.first_prediction, now) for model, state in models.items() if state.first_prediction
    }
    awake = {model for model in releases if now - (models[model].last_label or now) <= ASLEEP}
    retired = {model for model, state in models.items() if state.retirement is not None}
    watched = [cell for cell, of in cells.items() if of.watched and cell.model in awake]
    new = [cell for cell in watched if not cells[cell].funded]
    shares = _shares(watched, settings)
    total = _total(shares)
    together = settings.judge.groups_share if total[True] else 0.0
    by_weight = {
        False: per_weight_day(total[False], pages * (1 - together)),
        True: per_weight_day(total[True], pages * together) if together else 0.0,
    }
    per_day = {cell: by_weight[cell.group is not None] * share for cell, share in shares.items()}
    given = _gifts(new, cells, releases, shares, per_day, together, purse, pages, now)
    held: dict[Cell, HeldTo] = {}
    rates: dict[Cell, float] = {}
    for cell, of in cells.items():
        if cell in given.incomes:
            held[cell] = replace(of, income=given.incomes[cell], funded=True)
        elif cell in shares and of.income is not None:
            rates[cell] = per_day[cell]
        elif of.floor is not None and of.income is None:
            since = to_us(releases.get(cell.model, now))
            imaginary = per_weight_day(max(total[False], 1.0), pages * (1 - together))
            held[cell] = replace(of, income=Income((Rate(since, imaginary),)))
        elif of.funded and not of.watched and cell.model not in retired:
            held[cell] = replace(of, funded=False)
        elif of.funded and of.income is not None and cell.model in releases:
            rates[cell] = 0.0
    changed = {
        cell: rate
        for cell, rate in rates.items()
        for income in [cells[cell].income]
        if income is not None and income.per_day != rate
    }
    return SharedMoney(held, changed, set(given.incomes), given.purse)


class _Given(NamedTuple):
    incomes: dict[Cell, Income]
    purse: Purse | None


def _gifts(
    new: Sequence[Cell],
    cells: Mapping[Cell, HeldTo],
    released: Mapping[Model, datetime],
    shares: Mapping[Cell, float],
    per_day: Mapping[Cell, float],
    together: float,
    purse: Purse | None,
    pages: float,
    now: datetime,
) -> _Given:
    """The incomes of cells that are watched from now on, and the purse after it."""
    if not new:
        return _Given({}, purse)
    known = {cell.model for cell, of in cells.items() if of.had_money}
    releases = {cell.model: released[cell.model] for cell in new if cell.model not in known}
    parts = _parts({cell: shares[cell] for cell in new if cell.model in releases}, together)
    incomes: dict[Cell, Income] = {}
    if purse is None:
        first = first_purse(min(releases.values(), default=now), pages)
        for cell in new:
            since = releases.get(cell.model, now)
            gift = first.amount * parts.get(cell, 0.0)
            incomes[cell] = Income((Rate(to_us(since), per_day[cell]),), gift)
        return _Given(incomes, Purse(0.0, first.as_of))
    filled, found_rare = purse.at(now, pages), _found_rare(new, cells, shares)
    borrowed = {}
    for cell in new:
        gift = found_rare.get(cell, 0.0)
        if cell.model in releases or cell in found_rare:
            live = min(now - released[cell.model], LIVE_BEFORE) / timedelta(days=1)
            borrowed[cell] = live * per_day[cell] + gift * shares[cell]
    asked = sum(borrowed.values())
    most = LENT_AT_MOST if releases else FIRST_PURSE
    lent = min(asked, max(most * pages + min(filled, 0.0), 0.0))
    for cell in new:
        gift = borrowed.get(cell, 0.0) * (lent / asked if asked else 0.0)
        gift += max(filled, 0.0) * parts.get(cell, 0.0)
        incomes[cell] = Income((Rate(to_us(now), per_day[cell]),), gift)
    return _Given(incomes, Purse((min(filled, 0.0) if releases else filled) - lent, now))


def _found_rare(
    new: Sequence[Cell], cells: Mapping[Cell, HeldTo], shares: Mapping[Cell, float]
) -> dict[Cell, float]:
    """Cells that their traffic shows to be rare only now; for each the gift a weight of its version as it is now."""
    gifts: dict[Model, list[float]] = {}
    weight: dict[Model, list[float]] = {}
    for cell, share in shares.items():
        income = cells[cell].income
        if cell.group is None:
            weight.setdefault(cell.model, []).append(share)
        if income is not None and cells[cell].funded and cell.group is None:
            gifts.setdefault(cell.model, []).append(income.gift)
    of_version = {model: math.fsum(given) / math.fsum(weight[model]) for model, given in gifts.items()}
    return {
        cell: of_version[cell.model]
        for cell in new
        if cell.model in of_version
        and isinstance(cells[cell].watched, SmallShare)
        and not cells[cell].had_money
    }


def _shares(watched: Sequence[Cell], settings: Settings) -> dict[Cell, float]:
    """The weight of each cell among the single ones, and of each group among the groups."""
    single = [cell for cell in watched if cell.group is None]
    groups = [cell for cell in watched if cell.group is not None]
    of_intents = weights(((cell, cell.whole) for cell in single), _weights(single, settings))
    return {**of_intents, **weights_of(groups, settings)}


def _total(shares: Mapping[Cell, float]) -> dict[bool, float]:
    """The weight of all single cells (False), and of all groups (True)."""
    return {
        groups: math.fsum(share for cell, share in shares.items() if (cell.group is not None) is groups)
        for groups in (False, True)
    }


def _parts(shares: Mapping[Cell, float], together: float) -> dict[Cell, float]:
    """What part of the purse each of these takes: groups `together`, unless only groups take, or no group does."""
    total = _total(shares)
    fraction = {False: 1 - together, True: together} if all(total.values()) else {False: 1.0, True: 1.0}
    return {
        cell: fraction[groups] * share / total[groups]
        for cell, share in shares.items()
        for groups in [cell.group is not None]
    }


def at_rate(state: CellState, per_day: float, now: datetime) -> HeldTo:
    """What a cell that has an income is held to, at another rate, which begins behind everything that was bet on."""
    income, detector = state.held.income, state.bet.detector
    if income is None:
        return state.held
    last = detector.last_us if detector is not None and detector.last_us is not None else 0
    since_us = max(to_us(now), last, income.rates[-1].since_us)
    return replace(state.held, income=income.with_rate(since_us, per_day))


def _weights(watched: Sequence[Cell], settings: Settings) -> dict[Cell, float]:
    return {
        whole: settings.weight_of(whole.model)
        * (intent.weight if (intent := settings.of(whole.model).intents.get(whole.intent)) else 1.0)
        for whole, _ in groupby(watched, key=lambda cell: cell.whole)
    }
