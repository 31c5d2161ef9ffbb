"""Cells and models as rows, and back. Each field of their parts is a column; its type says how it is written."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import EnumType, StrEnum
from functools import partial, reduce
from operator import attrgetter, or_
from types import NoneType, UnionType
from typing import Any, NamedTuple, Union, get_args, get_origin

import msgspec

from connectors.sql.dialect import Row
from monitor.domain.detection.detector import Detector, loads
from monitor.domain.events.microseconds import from_us, to_us
from monitor.domain.judging.state import CellState, HeldTo, ModelState
from monitor.domain.slices.cells import Cell

Conversion = Callable[[Any], Any]
_Read = tuple[int, Conversion, str | None]


class StoredColumn(NamedTuple):
    """A column: its name and what it holds, `object` standing for a text of its own.

    `read` and `write` change what is stored into a value and back; None where they are the same. A value that
    is not there is stored as `absent`.
    """

    name: str
    holds: type
    nullable: bool = False
    read: Conversion | None = None
    write: Conversion | None = None
    absent: str | None = None


class StoredParts:
    """The parts of a state side by side in a row, by the names under which the state has them."""

    def __init__(self, parts: Mapping[str, type[msgspec.Struct]]) -> None:
        self.columns: list[StoredColumn] = []
        self._parts: dict[str, tuple[type[msgspec.Struct], slice, list[_Read]]] = {}
        paths: list[str] = []
        for name, part in parts.items():
            fields = msgspec.structs.fields(part)
            columns = [_column(field.name, field.type) for field in fields]
            reads = [(at, column.read, column.absent) for at, column in enumerate(columns) if column.read]
            self._parts[name] = part, slice(len(paths), len(paths) + len(fields)), reads
            self.columns += columns
            paths += [f"{name}.{field.name}".lstrip(".") for field in fields]
        self._values: Callable[[object], Row] = attrgetter(*paths)
        self._writes = [
            (at, column.write, column.absent) for at, column in enumerate(self.columns) if column.write
        ]

    def read(self, row: Sequence[Any]) -> list[Any]:
        """The parts that a row holds."""
        return [self.part(name, row) for name in self._parts]

    def part(self, name: str, row: Sequence[Any]) -> Any:  # noqa: ANN401 - the part of that name
        """One part of those that a row holds; whatever stands behind them in it."""
        part, within, reads = self._parts[name]
        values = list(row[within])
        for at, change, absent in reads:
            value = values[at]
            values[at] = None if value is None or value == absent else change(value)
        return part(*values)

    @property
    def names(self) -> Sequence[str]:
        """The names of the parts, in the order of a row."""
        return list(self._parts)

    def write(self, state: object) -> Row:
        """The row that holds a state."""
        values = list(self._values(state))
        for at, change, absent in self._writes:
            value = values[at]
            values[at] = absent if value is None else change(value)
        return tuple(values)


def _column(name: str, declared: Any) -> StoredColumn:  # noqa: ANN401 - a type, or a union of types
    choices = get_args(declared) if get_origin(declared) in (Union, UnionType) else (declared,)
    kinds, nullable = [kind for kind in choices if kind is not NoneType], NoneType in choices
    match kinds:
        case [kind] if kind is datetime:
            return StoredColumn(f"{name}_us", datetime, nullable, from_us, to_us)
        case [kind] if kind is Detector:
            return StoredColumn(name, object, nullable, loads, Detector.dumps)
        case [kind] if kind is bool:
            return StoredColumn(name, bool, nullable, read=bool)
        case [kind] if kind in (int, float, str):
            return StoredColumn(name, kind, nullable)
        case [kind] if isinstance(kind, EnumType) and issubclass(kind, StrEnum):
            by_value = {member.value: member for member in kind}
            return StoredColumn(name, str, read=by_value.__getitem__, write=str, absent="")
        case [*values, kind] if values and kind is str:
            decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(reduce(or_, values))
            return StoredColumn(
                name, str, read=partial(_value_or_words, decoder), write=_json_or_words, absent=""
            )
    return StoredColumn(name, object, nullable, msgspec.json.Decoder(declared).decode, _json)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _json_or_words(value: object) -> str:
    return value if isinstance(value, str) else _json(value)


def _value_or_words(decoder: msgspec.json.Decoder[Any], text: str) -> Any:  # noqa: ANN401
    """A value as JSON; where an earlier version wrote words, those as they stand."""
    return decoder.decode(text) if text.startswith("{") else text


_CELL = StoredParts({f.name: f.type for f in msgspec.structs.fields(CellState) if f.type is not Cell})
_HELD = StoredParts({"held": HeldTo})
_MODEL = StoredParts({"": ModelState})
CELL_COLUMNS, MODEL_COLUMNS = _CELL.columns, _MODEL.columns
CELL = [column.name for column in CELL_COLUMNS]
HELD = [column.name for column in _HELD.columns]
MODEL = [column.name for column in MODEL_COLUMNS]


def cell_state(cell: Cell, row: Sequence[Any]) -> CellState:
    """A stored cell, its columns in the order of `CELL`, as the domain knows it."""
    return CellState(cell, *_CELL.read(row))


def cell_row(state: CellState) -> Row:
    """A cell as its columns, in the order of `CELL`."""
    return _CELL.write(state)


def held_to(row: Sequence[Any]) -> HeldTo:
    """What a cell is held to, its columns in the order of `HELD`."""
    held: HeldTo = _HELD.part("held", row)
    return held


def model_state(row: Sequence[Any]) -> ModelState:
    """A stored model, its columns in the order of `MODEL`."""
    state: ModelState = _MODEL.read(row)[0]
    return state


def model_row(state: ModelState) -> Row:
    """A model as its columns, in the order of `MODEL`."""
    return _MODEL.write(state)
