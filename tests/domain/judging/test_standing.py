"""How many cells stand how: a broken slice breaks its intent's count, and the rest is told by its cause."""

from collections import Counter

from msgspec.structs import replace

from monitor.domain.detection import recovery
from monitor.domain.detection.betting import start
from monitor.domain.detection.detector import Detector
from monitor.domain.events.types import Model
from monitor.domain.judging.judge import Coverage, Judgement, Verdict
from monitor.domain.judging.reasons import BlindCause, FloorTooLow, NoMoney, TooFewLabels
from monitor.domain.judging.standing import (
    Standing,
    broken_slices,
    intents_by_standing,
    rest_by_cause,
    standing,
)
from monitor.domain.judging.state import Bet, CellState, HeldTo
from monitor.domain.judging.urgency import urgency_of
from monitor.domain.judging.watching import Listed
from monitor.domain.slices.cells import OTHER, Cell

TICKETS = Model("tickets", "7")
FEW = TooFewLabels(0.5, 0.48, 81.0, 2.9, 14.0)
OK, BLIND = Judgement(Verdict.OK), Judgement(Verdict.OK, (FEW,), Coverage.BLIND)
DEGRADED, SUSPECT = Judgement(Verdict.DEGRADED), Judgement(Verdict.SUSPECT, coverage=Coverage.BLIND)


def state(intent: str, judgement: Judgement, slice_: str = "", *, watched: bool = True) -> CellState:
    return CellState(
        Cell(TICKETS, intent, slice_), held=HeldTo(Listed() if watched else None), judgement=judgement
    )


def test_a_cell_that_is_not_watched_is_neither_blind_nor_seen_but_may_be_suspected() -> None:
    assert standing(state("a", BLIND, watched=False)) is Standing.NOT_WATCHED
    assert standing(state("a", SUSPECT, watched=False)) is Standing.SUSPECT
    assert standing(state("a", Judgement(Verdict.OK, coverage=Coverage.STALE))) is Standing.STALE
    assert standing(state("a", Judgement(Verdict.UNANCHORED, coverage=Coverage.NONE))) is Standing.UNANCHORED


def test_a_cell_whose_page_a_person_ended_is_not_confirmed_and_comes_behind_suspects() -> None:
    ended = replace(state("a", OK), bet=Bet(Detector(start(), healing=recovery.broken())))
    assert standing(ended) is Standing.UNCONFIRMED
    ranked = sorted([state("b", BLIND), ended, state("c", SUSPECT)], key=urgency_of)
    assert [each.cell.intent for each in ranked] == ["c", "a", "b"]
    assert rest_by_cause([ended]) == {}


def test_an_intent_of_which_a_slice_broke_is_counted_as_broken_and_no_slice_is_counted_twice() -> None:
    states = [
        state("refund", OK),
        state("refund", DEGRADED, "channel=email"),
        state("refund", SUSPECT, "channel=chat"),
        state("erasure", BLIND),
        state("erasure", SUSPECT, "tier=free"),
        state("export", OK),
        state(OTHER, OK),
        CellState(Cell.of_group(TICKETS, "rare"), judgement=DEGRADED),
    ]
    assert intents_by_standing(states) == {
        TICKETS: Counter({Standing.DEGRADED: 1, Standing.SUSPECT: 1, Standing.SEEN: 1})
    }
    assert [each.cell.slice_text for each in broken_slices(states)[Cell(TICKETS, "refund")]] == [
        "channel=email",
        "channel=chat",
    ]


def test_the_rest_is_told_by_cause_and_leaves_out_an_intent_with_a_broken_slice() -> None:
    states = [
        state("refund", OK),
        state("refund", DEGRADED, "channel=email"),
        state("refund", BLIND, "channel=chat"),
        state("erasure", BLIND),
        state("export", OK),
        state("bug", Judgement(Verdict.OK, (FloorTooLow(0.08, 0.1),), Coverage.BLIND)),
        state("tax", Judgement(Verdict.OK, (NoMoney(),), Coverage.BLIND), watched=False),
        state("tax", OK, f"channel={OTHER}"),
    ]
    assert {cause: [str(cell) for cell in cells] for cause, cells in rest_by_cause(states).items()} == {
        Standing.SEEN: ["export"],
        BlindCause.FLOOR_TOO_LOW: ["bug"],
        BlindCause.TOO_FEW_LABELS: ["erasure", "refund [channel=chat]"],
        Standing.NOT_WATCHED: ["tax"],
    }
