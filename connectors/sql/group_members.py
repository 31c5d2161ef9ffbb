"""Which intents count for a cell: its own, or those of a group as they were when its bet began."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from connectors.sql.dialect import Dialect
from connectors.sql.model_ids import OF_MODEL, names_of
from monitor.domain.slices.cells import Cell


class _Members(msgspec.Struct):
    """Of `GroupMembers` what is read here: the whole brings the arithmetic of bets along."""

    anchors: list[list[str | float | None]]  # the intent is the first of each


_members = msgspec.json.Decoder(_Members)


class IntentCondition(NamedTuple):
    """A condition on an intent, and the value that stands in it."""

    condition: str
    value: object


def counted_intents(
    sql: Dialect, cell: Cell, column: str = "intent", members: Sequence[str] = ()
) -> IntentCondition:
    """Which rows count for a cell, by the column that holds their intent.

    Of a group they are those of its `members`; where none are given, of the members that it has at present.
    """
    if cell.group is None:
        return IntentCondition(f"{column} = ?", cell.intent)
    return IntentCondition(f"{column} IN {{ids}}", sql.any_of(members or intents_of(sql, cell)))


def intents_of(sql: Dialect, cell: Cell) -> tuple[str, ...]:
    """The intents of a cell."""
    if cell.group is None:
        return (cell.intent,)
    row = sql.row(
        f"SELECT members FROM cell WHERE model_id = {OF_MODEL} AND intent = ? AND slice = ''",
        *names_of(cell.model),
        cell.intent,
    )
    return members_in(row[0] if row else None)


def members_in(stored: str | None) -> tuple[str, ...]:
    """The members that a cell's row holds."""
    return tuple(str(anchor[0]) for anchor in _members.decode(stored).anchors) if stored else ()
