"""An incident's history in words: the sentences of every release, to the letter."""

from datetime import UTC, datetime
from typing import get_args

import msgspec
import pytest

from monitor.domain.events.types import Model
from monitor.domain.incidents.history import (
    AllRecovered,
    CellsBroke,
    CellSilenced,
    EndedByPerson,
    Happening,
    HistoryKind,
    HistoryLine,
    IncidentBefore,
    LinesLeftOut,
    MembersChanged,
    MissesSooner,
    PageWithdrawn,
    PersonSays,
    SilencedElsewhere,
    UnconfirmedRecall,
    VersionsRetired,
)
from monitor.domain.recall.estimate import Estimate
from monitor.domain.slices.cells import Cell
from reports.words.history import ending, resolution, sentence
from tests.stored import NOON

V7 = Model("tickets", "7")
A, B, C, D = (Cell(V7, intent) for intent in ("a", "b", "c", "d"))
SLICED = Cell(V7, "a", "channel=email")
SENTENCES: list[tuple[Happening, str]] = [
    (CellsBroke((A,)), "a broke"),
    (CellsBroke((A, B)), "a, b broke"),
    (CellsBroke((SLICED,)), "a [channel=email] broke"),
    (CellsBroke((A,), opening=3), "a broke again, opening number 3"),
    (
        CellsBroke((A,), after=IncidentBefore(3, "ana", NOON)),
        "a broke, after incident 3, resolved by ana on 2026-11-20 12:00 UTC",
    ),
    (
        CellsBroke((A,), after=IncidentBefore(3, "anchorwatch", NOON)),
        "a broke, after incident 3, resolved on 2026-11-20 12:00 UTC",
    ),
    (MembersChanged(joined=(B,)), "b joined"),
    (MembersChanged((A, B), (C,), (D,)), "a, b joined, c recovered, d withdrawn after corrections"),
    (AllRecovered((A,)), "a recovered"),
    (PageWithdrawn((A, B)), "the labels or the anchor behind a, b changed, and the page no longer stands"),
    (
        VersionsRetired((A,)),
        "no requests go to tickets v7 (prod) any more; no label says that recall is back",
    ),
    (
        MissesSooner((A, B), 172_800.0),
        "misses of a, b are labelled sooner than hits: from now on only predictions older than 2.0 days are bet on,"
        " and the page stands",
    ),
    (
        MissesSooner((A,)),
        "misses of a are no longer labelled sooner than hits: predictions of any age are bet on again, and the page"
        " stands",
    ),
    (
        EndedByPerson("ana", "rolled back", (UnconfirmedRecall(A, Estimate(0.233, 0.099, 0.411), 30),)),
        "resolved by ana; not confirmed by labels: recall 0.23 (0.10 to 0.41) since the onset; rolled back",
    ),
    (
        LinesLeftOut(502, datetime(2026, 11, 23, 9, 10, tzinfo=UTC)),
        "502 lines until 2026-11-23 09:10 UTC, more than are kept of one incident",
    ),
    (
        CellSilenced(A, datetime(2026, 11, 23, 9, 10, tzinfo=UTC), "known, being mended"),
        "a, until 2026-11-23 09:10 UTC: known, being mended",
    ),
    (
        SilencedElsewhere("am", ("s-1", "s-2"), datetime(2026, 11, 23, 9, 10, tzinfo=UTC), "known"),
        "every alert is silenced in am until 2026-11-23 09:10 UTC: known",
    ),
]


@pytest.mark.parametrize(("why", "expected"), SENTENCES)
def test_everything_that_happens_is_a_sentence(why: Happening, expected: str) -> None:
    assert sentence(why) == expected


def test_everything_that_can_happen_has_a_sentence_here() -> None:
    assert {type(why) for why, _ in SENTENCES} == set(get_args(Happening))


@pytest.mark.parametrize(("why", "expected"), SENTENCES)
def test_what_happened_comes_back_from_json_as_the_same_value(why: Happening, expected: str) -> None:
    assert msgspec.json.decode(msgspec.json.encode(why), type=Happening) == why


def test_a_persons_words_stand_as_they_are() -> None:
    assert sentence("asked the vendor") == "asked the vendor"
    assert sentence(PersonSays("ana", "rolled back")) == "ana: rolled back"
    assert sentence(PersonSays("ana")) == "ana"


def line(what: HistoryKind, who: str, why: Happening | str) -> HistoryLine:
    return HistoryLine(datetime(2026, 11, 23, tzinfo=UTC), who, what, why)


OPENED = line(HistoryKind.OPENED, "anchorwatch", CellsBroke((A,)))
BY_ANA = line(HistoryKind.RESOLVED, "ana", EndedByPerson("ana", "rolled back"))
BY_BOB = line(HistoryKind.RESOLVED, "bob", "looks fine")  # as an earlier version wrote it
BY_LABELS = line(HistoryKind.RESOLVED, "anchorwatch", AllRecovered((A,)))
REOPENED = line(HistoryKind.REOPENED, "anchorwatch", CellsBroke((A,), opening=2))


@pytest.mark.parametrize(
    ("state", "history", "expected"),
    [
        ("opened", [OPENED], "opened"),
        ("resolved", [OPENED, BY_LABELS], "resolved"),
        ("resolved", [OPENED, BY_ANA], "resolved by ana; not confirmed by labels"),
        ("resolved", [OPENED, BY_BOB], "resolved by bob; not confirmed by labels"),
        ("resolved", [OPENED, BY_ANA, REOPENED, BY_LABELS], "resolved"),
        ("opened", [OPENED, BY_ANA, REOPENED], "opened"),
        (
            "resolved",
            [OPENED, BY_ANA, line(HistoryKind.NOTE, "bob", "hm")],
            "resolved by ana; not confirmed by labels",
        ),
    ],
)
def test_the_end_of_an_incident_says_who_ended_it(
    state: str, history: list[HistoryLine], expected: str
) -> None:
    assert ending(state, history) == expected


def test_of_many_intents_the_lowest_three_are_named() -> None:
    recalls = tuple(
        UnconfirmedRecall(cell, Estimate(value, value, 0.5), 30)
        for cell, value in ((A, 0.1), (B, 0.2), (C, 0.3), (D, 0.4), (A, 0.45))
    )
    assert resolution(EndedByPerson("ana", "", recalls)) == (
        "resolved by ana; not confirmed by labels: recall of a 0.10 (0.10 to 0.50), of b 0.20 (0.20 to 0.50),"
        " of c 0.30 (0.30 to 0.50), and of 2 more since the onset"
    )
