"""The labels of a prediction in; what the first reader said, where a second one has read it too, out."""

from collections.abc import Iterable
from typing import NamedTuple

from monitor.domain.events.types import Design, Kind, Label

_PEOPLE = (Kind.HUMAN, Kind.ADJUDICATED)


class ReadAgain(NamedTuple):
    """A ticket that two people have read, or one and an adjudicator.

    `first_intent` is what the first of them said. `agreed`: two of them, or an adjudicator, say what holds.
    """

    first_intent: str
    agreed: bool


def reader(kind: Kind, annotator: str | None) -> tuple[bool, str | None]:
    """Who read a ticket; two labels are by different readers where this differs.

    An adjudicator reads for a second time, whoever it is: with the first reading before them.

    >>> reader(Kind.HUMAN, "ann") == reader(Kind.ADJUDICATED, "ann")
    False
    """
    return kind is Kind.ADJUDICATED, annotator


def read_again(labels: Iterable[Label], holds: Label) -> ReadAgain | None:
    """Whether and how a ticket was read twice; None where only one person is known to have read it.

    A label that names nobody is no reading, but for an adjudicated one. `holds` is the label that holds.

    >>> from datetime import UTC, datetime
    >>> first = Label("a", "p", "refund", datetime(2026, 11, 22, tzinfo=UTC), annotator="ann")
    >>> second = Label("b", "p", "billing", datetime(2026, 11, 23, tzinfo=UTC), annotator="bob")
    >>> read_again([first, second], second)
    ReadAgain(first_intent='refund', agreed=False)
    """
    readings = sorted(
        (label for label in labels if _is_reading(label)), key=lambda each: (each.labeled_at, each.label_id)
    )
    if len({reader(label.kind, label.annotator) for label in readings}) < 2:
        return None
    alike = {reader(label.kind, label.annotator) for label in readings if label.intent == holds.intent}
    return ReadAgain(readings[0].intent, holds.kind is Kind.ADJUDICATED or len(alike) > 1)


def first_chosen(labels: Iterable[Label]) -> tuple[Design, float | None]:
    """How a ticket was chosen that was read twice, by the first reading that says so.

    A second reading is asked for later, and need not say again how the ticket came to be labelled at all.
    """
    chosen = [label for label in labels if _is_reading(label) and not label.follows_draws]
    first = min(chosen, key=lambda each: (each.labeled_at, each.label_id), default=None)
    return (Design.UNKNOWN, None) if first is None else (first.design, first.probability)


def _is_reading(label: Label) -> bool:
    named = label.annotator is not None or label.kind is Kind.ADJUDICATED
    return named and label.kind in _PEOPLE and not label.retracted
