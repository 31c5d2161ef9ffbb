"""A slice as a value, and the cells within it: a single text form, in rows, in JSON and for people."""

import msgspec
import pytest

from monitor.domain.events.types import Model
from monitor.domain.slices.cells import Cell, Slice

V7 = Model("tickets", "7")
EMAIL = Slice("channel", "email")


@pytest.mark.parametrize(
    ("text", "slice_"),
    [
        ("channel=email", EMAIL),
        ("channel=", Slice("channel", "")),
        ("query=a=b", Slice("query", "a=b")),  # the first sign divides
        ("", None),
    ],
)
def test_a_text_and_the_slice_it_stands_for(text: str, slice_: Slice | None) -> None:
    assert Slice.parse(text) == slice_
    assert str(slice_ or "") == text


def test_a_slice_holds_what_has_its_value() -> None:
    assert EMAIL.fits({"channel": "email", "tier": "free"})
    assert not EMAIL.fits({"channel": "chat"})
    assert not EMAIL.fits({})


def test_a_whole_intent_holds_every_ticket_and_a_slice_of_it_only_its_own() -> None:
    assert Cell(V7, "refund").holds({})
    assert Cell(V7, "refund", "channel=email").holds({"channel": "email"})
    assert not Cell(V7, "refund", "channel=email").holds({"channel": "chat"})


def test_the_whole_of_a_cell_is_its_intent() -> None:
    assert Cell(V7, "refund", "channel=email").whole == Cell(V7, "refund")
    assert Cell(V7, "refund").whole == Cell(V7, "refund")


def test_a_cell_is_named_with_its_slice_and_sorted_behind_its_intent() -> None:
    sliced = Cell(V7, "refund", "channel=email")
    assert [str(cell) for cell in sorted([sliced, Cell(V7, "refund")])] == [
        "refund",
        "refund [channel=email]",
    ]


def test_json_has_the_text_form_as_every_release_wrote_it() -> None:
    sliced = Cell(V7, "refund", "channel=email")
    stored = msgspec.json.encode(sliced)
    assert msgspec.json.decode(stored)["slice"] == "channel=email"
    assert msgspec.json.decode(stored, type=Cell).slice == EMAIL
