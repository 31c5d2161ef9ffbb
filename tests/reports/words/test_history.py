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
    Happening,
    LinesLeftOut,
    MembersChanged,
    PageWithdrawn,
    PersonSays,
    VersionsRetired,
)
from monitor.domain.slices.cells import Cell
from reports.words.history import sentence

V7 = Model("tickets", "7")
A, B, C, D = (Cell(V7, intent) for intent in ("a", "b", "c", "d"))
SLICED = Cell(V7, "a", "channel=email")
SENTENCES: list[tuple[Happening, str]] = [
    (CellsBroke((A,)), "a broke"),
    (CellsBroke((A, B)), "a, b broke"),
    (CellsBroke((SLICED,)), "a [channel=email] broke"),
    (CellsBroke((A,), opening=3), "a broke again, opening number 3"),
    (MembersChanged(joined=(B,)), "b joined"),
    (MembersChanged((A, B), (C,), (D,)), "a, b joined, c recovered, d withdrawn after corrections"),
    (AllRecovered((A,)), "a recovered"),
    (PageWithdrawn((A, B)), "the labels or the anchor behind a, b changed, and the page no longer stands"),
    (
        VersionsRetired((A, B)),
        "no requests go to tickets v7 (prod) any more; no label says that recall is back",
    ),
    (
        LinesLeftOut(502, datetime(2026, 11, 23, 9, 10, tzinfo=UTC)),
        "502 lines until 2026-11-23 09:10 UTC, more than are kept of one incident",
    ),
    (
        CellSilenced(A, datetime(2026, 11, 23, 9, 10, tzinfo=UTC), "known, being mended"),
        "a, until 2026-11-23 09:10 UTC: known, being mended",
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
