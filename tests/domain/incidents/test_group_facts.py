"""Which members of a group its page names: by the bet that won the larger part of it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
import pytest

from monitor.domain.detection.bars import GroupMembers, KeptAnchor
from monitor.domain.detection.detector import Detector, advance, by_some, fresh
from monitor.domain.detection.money import Income, Rate
from monitor.domain.detection.outcomes import outcomes
from monitor.domain.detection.some_of_many import richest_start
from monitor.domain.events.microseconds import to_us
from monitor.domain.events.types import Design, Kind, Model, Outcome
from monitor.domain.incidents.group_facts import with_members
from monitor.domain.incidents.onset import Onset
from monitor.domain.judging.state import Bet, CellState, HeldTo
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.members import Start, Together
from tests.notices import gdpr_erasure

V7 = Model("tickets", "7")
BEGIN = datetime(2026, 9, 1, tzinfo=UTC)
INTENTS = tuple(f"i{number:02}" for number in range(20))
MEMBERS = GroupMembers(tuple(KeptAnchor(intent, 0.88, 400) for intent in INTENTS), drop=0.1, promised=True)
HEALTHY_DAYS = 30


def history(broken: tuple[str, ...]) -> list[Outcome]:
    """A label of each member a day; from day 30 on `broken` ones are mostly missed."""
    rng = np.random.default_rng(3)
    every: list[Outcome] = []
    for day in range(HEALTHY_DAYS + 15):
        for number, intent in enumerate(INTENTS):
            at = BEGIN + timedelta(days=day, minutes=number)
            hit = rng.random() < (0.1 if day >= HEALTHY_DAYS and intent in broken else 0.88)
            seq = len(every) + 1
            every.append(
                Outcome(
                    seq,
                    f"p{seq}",
                    V7,
                    at,
                    at,
                    intent if hit else "x",
                    intent,
                    Kind.HUMAN,
                    Design.UNKNOWN,
                    None,
                )
            )
    return every


@cache
def paged(broken: tuple[str, ...]) -> tuple[Detector, tuple[Outcome, ...]]:
    """The detector at its page, and the outcomes from the onset to it."""
    every = history(broken)
    came = outcomes(
        [outcome.hit for outcome in every],
        np.ones(len(every)),
        [outcome.seq for outcome in every],
        [to_us(outcome.ts) for outcome in every],
        [outcome.intent for outcome in every],
    )
    income = Income((Rate(to_us(BEGIN), 0.001),))
    _, (page, *_) = advance(fresh(), MEMBERS.bar, income, came)
    detector, _ = advance(fresh(), MEMBERS.bar, income, came.part(0, page.seq))
    return detector, tuple(outcome for outcome in every if page.onset <= outcome.seq <= page.seq)


def began(since: Sequence[Outcome]) -> Onset:
    """An onset at the first of them."""
    first = Start(since[0].ts, since[0].seq)
    return Onset(first, first, first, first.at, first.at, first.seq)


def together(broken: tuple[str, ...]) -> Together:
    detector, since = paged(broken)
    state = CellState(Cell.of_group(V7, "rare"), held=HeldTo(members=MEMBERS), bet=Bet(detector=detector))
    known = with_members(gdpr_erasure(), state, since, began(since), None).together
    assert known is not None
    return known


def test_where_few_fell_they_are_named_by_the_bet_on_some_since_the_day_they_fell() -> None:
    broken = INTENTS[3:7]
    detector, since = paged(broken)
    assert by_some(detector)
    assert detector.starts is not None
    start = richest_start(MEMBERS.bar, detector.starts)
    assert start is not None
    assert start.seq == since[0].seq
    assert abs((since[0].ts - BEGIN).days - HEALTHY_DAYS) <= 2

    named = together(broken)
    assert {worst.intent for worst in named.worst[:4]} == set(broken)
    assert [worst.evidence for worst in named.worst] == [share.evidence for share in start.blame.shares[:5]]
    assert named.alone is None


def test_where_all_fell_the_worst_are_named_by_the_bet_on_the_mean() -> None:
    detector, since = paged(INTENTS)
    assert not by_some(detector)

    worst = together(INTENTS).worst
    misses = {intent: sum(not o.hit for o in since if o.intent == intent) for intent in INTENTS}
    assert misses[worst[0].intent] == max(misses.values())
    # A miss pays alike, whoever's it is, as all have the same floor; some of many would give each miss less.
    lam = (worst[0].evidence ** (1 / misses[worst[0].intent]) - 1) / 0.78
    assert 0 < lam == pytest.approx((worst[4].evidence ** (1 / misses[worst[4].intent]) - 1) / 0.78)


def test_a_member_without_a_label_since_the_onset_is_not_named() -> None:
    broken = INTENTS[3:7]
    detector, since = paged(broken)
    state = CellState(Cell.of_group(V7, "rare"), held=HeldTo(members=MEMBERS), bet=Bet(detector=detector))
    few = [outcome for outcome in since if outcome.intent in INTENTS[3:6]]
    known = with_members(gdpr_erasure(), state, few, began(few), None).together
    assert known is not None
    assert {worst.intent for worst in known.worst} == set(INTENTS[3:6])
