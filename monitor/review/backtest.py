"""Use case 7: any settings on the past. Which pages would have come, how soon, and how many false ones."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
import numpy as np

from monitor.domain.anchors.floor import MIN_FLOOR
from monitor.domain.anchors.promise import Measured
from monitor.domain.backtest.by_the_label import BEFORE, first_pages_by_the_label, thresholds
from monitor.domain.backtest.healthy import first_pages, healthy, open_recalls
from monitor.domain.backtest.pages import GROUPS_ALONE, OURS, Alarm, Backtest, FalsePages, by_groups
from monitor.domain.backtest.past_bursts import likeness, numbered_bursts
from monitor.domain.backtest.todays_rules import RULES, PromisedRecall
from monitor.domain.detection.money import steady
from monitor.domain.events.microseconds import to_us
from monitor.domain.judging.state import CellState
from monitor.domain.recall.intervals import FloatArray, clopper_pearson
from monitor.domain.recall.scales import bet_weights
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.about import IncidentNews
from monitor.domain.telling.kinds import CLOSING, STANDING, NoticeKind
from monitor.domain.telling.members import MemberFacts
from monitor.domain.telling.notices import Notice
from monitor.review.ports.history import History, PastOutcome
from monitor.settings.settings import Settings


class PagingCell(NamedTuple):
    """A cell that can page, and the offline recall that it is held to."""

    state: CellState
    offline: Measured


def backtest(
    history: History,
    judge: Callable[[datetime], object],
    *,
    onset: datetime | None,
    settings: Settings,
    compare: bool,
    streams: int,
    seed: int,
    on_day: Callable[[int], None] = lambda _: None,
) -> Backtest:
    """Replay a history through `judge`, the real evaluation with the `settings` to try, a day at a time.

    `compare`: beside the rules that people use today, the one that this product had before, which shared the budget by
    the label, and today's with the pages of groups alone. A page stands from the very outcome that brought it, so how
    the days are cut changes none. False pages are counted on `streams` healthy histories a cell; the same ones for
    every rule, each of a recall that the anchor leaves open, in the order, with the delays and the customers of the
    past. A group counts as one intent there, whose offline number and floor are the group's, with all of its money on
    the mean; other rules know no groups.
    """
    begin = end = None
    outcomes = 0
    for end, given in history.days():
        begin = begin or end
        judge(end)
        outcomes += given
        on_day(given)
    watched = [
        PagingCell(
            state,
            promise.judged_by(settings.of(state.cell.model).anchor.basis)
            if state.cell.group is None
            else promise.shipped,
        )
        for state, promise in history.cells()
        if state.held.watched and state.bet.detector is not None and promise is not None
        if (state.held.floor or 0.0) >= MIN_FLOOR
    ]
    past = {cell.state.cell: history.outcomes(cell.state.cell) for cell in watched}
    pages = _ours(history.notices(), past, onset)
    single = [cell for cell in watched if cell.state.cell.group is None]
    shares = _shares(single, settings.judge.false_pages_per_year)
    if compare:
        pages += by_groups(pages)
        for cell in single:
            pages += _theirs(cell, past[cell.state.cell], pages, onset, shares[cell.state.cell])
    rules = [GROUPS_ALONE, BEFORE, *RULES] if compare else []
    years = (end - begin).days / 365 if begin and end else 0.0
    return Backtest(
        outcomes,
        begin,
        end,
        [cell.state.cell for cell in watched],
        sorted(pages, key=lambda page: (page.at, page.rule != OURS)),
        _false_pages(watched, past, [OURS, *rules], shares, streams, seed, years, settings)
        if streams
        else [],
    )


def _ours(
    notices: Sequence[Notice], past: Mapping[Cell, Sequence[PastOutcome]], onset: datetime | None
) -> list[Alarm]:
    """The pages in what was to be sent, each with its end if there was one."""
    pages: dict[tuple[Cell, int], Alarm] = {}
    standing: dict[int, set[tuple[Cell, int]]] = defaultdict(set)
    for notice in notices:
        news = notice.about
        if not isinstance(news, IncidentNews):
            continue
        if notice.kind in STANDING:
            for member in news.members:
                key = (member.cell, member.page_seq)
                standing[news.incident].add(key)
                if key not in pages and member.cell in past:
                    pages[key] = _page(member, past[member.cell], onset)
        if notice.kind in (*CLOSING, NoticeKind.MEMBER_RECOVERED):
            over = {m.cell for m in (news.members if notice.kind in CLOSING else news.over)}
            what = "retracted" if notice.kind is NoticeKind.RETRACTED else "recovered"
            for key in {key for key in standing[news.incident] if key[0] in over and key in pages}:
                pages[key] = msgspec.structs.replace(pages[key], over_at=notice.at, over=what)
                standing[news.incident].discard(key)
    return list(pages.values())


def _page(member: MemberFacts, past: Sequence[PastOutcome], onset: datetime | None) -> Alarm:
    # A group may have had other members when it paged.
    at = next((outcome.known_at for outcome in past if outcome.seq == member.page_seq), member.noticed)
    begin = next(
        (outcome.seq for outcome in past if onset is not None and outcome.known_at >= onset), member.onset_seq
    )
    labels = sum(1 for outcome in past if begin <= outcome.seq <= member.page_seq)
    return Alarm(OURS, member.cell, at, member.page_seq, onset or member.onset, labels)


def _theirs(
    watched: PagingCell,
    past: Sequence[PastOutcome],
    ours: Sequence[Alarm],
    onset: datetime | None,
    pages_per_year: float,
) -> list[Alarm]:
    """The first alarm of each other rule; its labels are counted from our onset where there is one."""
    cell = watched.state.cell
    hits, days, promise = _series(watched, past)
    mine = next((page for page in ours if page.cell == cell and page.rule == OURS), None)
    begun = onset or (mine.onset if mine else None)
    before = first_pages_by_the_label(
        np.array([hits], bool), promise.floor, thresholds(days, pages_per_year), _weights(watched.state, past)
    )
    first = {BEFORE: before.item() if len(hits) else -1}
    first |= {name: _or_never(rule(hits, days, promise)) for name, rule in RULES.items()}
    pages = []
    for name, index in first.items():
        if index >= 0:
            at = past[index].known_at
            labels = sum(
                1 for outcome in past[: index + 1] if begun is not None and outcome.known_at >= begun
            )
            pages.append(Alarm(name, cell, at, past[index].seq, begun or at, labels))
    return pages


def _series(watched: PagingCell, past: Sequence[PastOutcome]) -> tuple[list[int], list[int], PromisedRecall]:
    """A cell's hits, the day of each, and what it was promised."""
    days = [outcome.known_at.toordinal() for outcome in past]
    offline = watched.offline
    support = offline.support or 100.0  # a promise without a support counts as one of 100
    return (
        [int(outcome.hit) for outcome in past],
        days,
        PromisedRecall(watched.state.held.floor or 0.0, offline.recall * support, support),
    )


def _false_pages(
    watched: Sequence[PagingCell],
    past: Mapping[Cell, Sequence[PastOutcome]],
    rules: Sequence[str],
    shares: Mapping[Cell, float],
    streams: int,
    seed: int,
    years: float,
    settings: Settings,
) -> list[FalsePages]:
    rng = np.random.default_rng(seed)
    icc = likeness(
        ((each.whose, each.hit) for each in past[cell.state.cell])
        for cell in watched
        if cell.state.cell.group is None and not cell.state.cell.slice
    )
    counted: dict[str, list[float]] = {name: [0, 0, 0.0] for name in rules}
    for watching in watched:
        state, outcomes = watching.state, past[watching.state.cell]
        if not outcomes:
            continue
        treat_as = settings.of(watching.state.cell.model).anchor.treat_as
        recalls = open_recalls(watching.offline, streams, rng, treat_as)
        bursts = numbered_bursts([outcome.whose for outcome in outcomes])
        hits = healthy(recalls, len(outcomes), rng, bursts, icc)
        weights = _weights(state, outcomes)
        money = _money(state, outcomes)
        _, days, promise = _series(watching, outcomes)
        together = state.cell.group is not None
        for name in [name for name in rules if name == OURS or (name == GROUPS_ALONE) is together]:
            if name in (OURS, GROUPS_ALONE):
                bar = state.held.bar
                floor = bar if isinstance(bar, float) else promise.floor
                first = first_pages(hits, floor, money, weights).tolist()
            elif name == BEFORE:
                pages_at = thresholds(days, shares[state.cell])
                first = first_pages_by_the_label(hits, promise.floor, pages_at, weights).tolist()
            else:
                first = [
                    _or_never(RULES[name](stream, days, promise)) for stream in hits.astype(int).tolist()
                ]
            pages = sum(index >= 0 for index in first)
            # What came after the first alarm of a stream is not counted, so neither is its time.
            watched_for = sum(index + 1 if index >= 0 else len(outcomes) for index in first) / len(outcomes)
            counted[name][0] += pages
            counted[name][1] += streams
            counted[name][2] += pages / (watched_for * years) if years else 0.0
    return [
        FalsePages(name, int(pages), int(total), clopper_pearson(pages, total), per_year)
        for name, (pages, total, per_year) in counted.items()
        if total
    ]


def _money(state: CellState, outcomes: Sequence[PastOutcome]) -> FloatArray:
    """What joined the cell's bet before each outcome."""
    income = state.held.income
    if income is None:
        return np.zeros(len(outcomes))
    times = np.array([to_us(outcome.known_at) for outcome in outcomes], np.int64)
    return income.deposits(None, steady((), times))


def _weights(state: CellState, outcomes: Sequence[PastOutcome]) -> FloatArray:
    if not state.bet.weighted:
        return np.ones(len(outcomes))
    chosen, hits = [(each.design, each.probability) for each in outcomes], [each.hit for each in outcomes]
    one_class, uneven = state.cell.group is None, state.labels.tally.weighed.uneven
    least = state.labels.min_probability
    return bet_weights({}, chosen, hits, least, one_class=one_class, uneven=uneven).bold


def _shares(watched: Sequence[PagingCell], false_pages_per_year: float) -> dict[Cell, float]:
    """Each cell's part of the false pages a year, all of which went to cells."""
    incomes = {
        cell.state.cell: cell.state.held.income.per_day if cell.state.held.income else 0.0 for cell in watched
    }
    total = sum(incomes.values())
    return {cell: false_pages_per_year * (own / total if total else 0.0) for cell, own in incomes.items()}


def _or_never(index: int | None) -> int:
    return -1 if index is None else index
