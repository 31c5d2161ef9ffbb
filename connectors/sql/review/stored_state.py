"""A cell's row in; the cell as people see it out, each part of it decoded when it is first asked for.

Of thousands of cells few are shown with every figure; the rest is counted by how it was judged.
"""

from functools import cached_property
from typing import Any

import msgspec
from typing_extensions import override

from connectors.sql.dialect import Row
from connectors.sql.evaluate.rows import CELL, StoredParts
from monitor.domain.detection.waiting import waits
from monitor.domain.judging.state import CellState, SettledLabels
from monitor.domain.slices.cells import Cell

_PARTS = StoredParts(
    {field.name: field.type for field in msgspec.structs.fields(CellState) if field.type is not Cell}
    | {"labels": SettledLabels}
)
_DETECTOR, _WATCHED, _ANCHOR_ID = (CELL.index(name) for name in ("detector", "watched", "anchor_id"))


class _Unread:
    """Stands in a state in the place of each part that is still in its row. No encoder takes it for a part."""

    __slots__ = ("row",)

    def __init__(self, row: Row) -> None:
        self.row = row


class _Part:
    """A part of the state; decoded once, and from then on the state has it as its own."""

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name
        self._field = getattr(CellState, name)  # where a struct keeps it

    def __get__(self, state: Any, _owner: type | None = None) -> Any:  # noqa: ANN401 - a part, whichever it is
        kept = self._field.__get__(state)
        part = _PARTS.part(self._name, kept.row) if isinstance(kept, _Unread) else kept
        state.__dict__[self._name] = part
        return part

    def unread(self, state: "StoredState") -> Row | None:
        """The row that it is still in; None where it was put in the row's place."""
        kept = self._field.__get__(state)
        return kept.row if isinstance(kept, _Unread) else None


class StoredState(CellState, frozen=True, dict=True):
    """A cell as it was stored: nothing of it changes any more, so each part is decoded once, and when asked for.

    A row begins with its columns, in the order of `CELL`.
    """

    labels = _Part()
    held = _Part()
    bet = _Part()
    judgement = _Part()
    notified = _Part()

    @classmethod
    def of(cls, cell: Cell, row: Row) -> "StoredState":
        """The state that a row holds."""
        unread: Any = _Unread(row)
        return cls(cell, unread, unread, unread, unread, unread)

    def is_of(self, row: Row) -> bool:
        """Whether it was made of the very same row."""
        return _JUDGEMENT.unread(self) == row

    @property
    @override
    def watched(self) -> bool:
        row = _HELD.unread(self)
        return bool(row[_WATCHED]) if row is not None else super().watched

    @property
    @override
    def anchored(self) -> bool:
        row = _HELD.unread(self)
        return bool(row[_ANCHOR_ID]) if row is not None else super().anchored

    @cached_property
    @override
    def evidence(self) -> float:
        return super().evidence

    @cached_property
    @override
    def unconfirmed(self) -> bool:
        row = _BET.unread(self)
        if row is None:
            return super().unconfirmed
        return row[_DETECTOR] is not None and waits(row[_DETECTOR])


_HELD: _Part = vars(StoredState)["held"]
_BET: _Part = vars(StoredState)["bet"]
_JUDGEMENT: _Part = vars(StoredState)["judgement"]
