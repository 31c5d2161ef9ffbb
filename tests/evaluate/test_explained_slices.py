"""Slices that broke with their intent: a line of their own only where they are worse."""

import msgspec

from connectors.sql.anchors import AnchorStore
from monitor.domain.anchors.promise import Measured, Promise, Provenance, build
from monitor.domain.telling.members import MemberFacts
from tests.evaluate.labelled import LabelledWorld
from tests.stored import NOON, TICKETS, label, rows, take


def broken_slices(labelled: LabelledWorld, email: str, phone: str) -> list[tuple[str, list[str]]]:
    """Members of the incident, and the slices on their lines, after these outcomes of two channels."""
    anchor = build(
        TICKETS,
        {
            ("erasure", slice_): Promise(Measured(0.88, 38))
            for slice_ in ("", "channel=email", "channel=phone")
        },
        Provenance("s.json", "e" * 64, "sklearn", NOON),
    )
    AnchorStore(labelled.engine).add(anchor, [])
    AnchorStore(labelled.engine).activate(anchor, NOON)
    for channel, pattern in (("email", email), ("phone", phone)):
        for x in pattern:
            name = labelled.predict("erasure" if x == "h" else "cancel", slices={"channel": channel})
            take(labelled.store, label(name, "erasure"))
    labelled.evaluate(slices=({"name": "channel"},))
    members = [
        msgspec.json.decode(facts, type=MemberFacts)
        for (facts,) in rows(labelled.engine, "SELECT facts FROM member ORDER BY slice")
    ]
    return [
        (member.cell.slice_text, [f"{each}?" if each in member.unsure else each for each in member.slices])
        for member in members
    ]


def test_slices_that_broke_no_worse_than_their_intent_are_on_its_line(labelled: LabelledWorld) -> None:
    assert broken_slices(labelled, "m" * 30 + "h" * 5, "m" * 30 + "h" * 5) == [
        ("", ["channel=email", "channel=phone"])
    ]


def test_a_slice_that_broke_worse_than_its_intent_has_a_line_of_its_own(labelled: LabelledWorld) -> None:
    assert broken_slices(labelled, "m" * 60, "hhhm" * 15) == [("", []), ("channel=email", [])]


def test_where_nearly_every_ticket_is_of_one_slice_none_is_said_to_be_no_worse_than_the_rest(
    labelled: LabelledWorld,
) -> None:
    assert broken_slices(labelled, "m" * 60, "mmmm") == [("", ["channel=email?", "channel=phone?"])]
