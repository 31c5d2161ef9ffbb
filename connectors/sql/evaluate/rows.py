"""Cells and models as rows, and back. Each field of their parts is a column; its type says how it is written."""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import EnumType, StrEnum
from functools import partial, reduce
from itertools import islice
from operator import or_
from types import NoneType, UnionType
from typing import Any, Generic, NamedTuple, TypeVar, Union, get_args, get_origin

import msgspec

from connectors.times import from_us, to_us
from monitor.domain.detection.detector import Detector, loads
from monitor.domain.judging.state import CellState, ModelState
from monitor.domain.slices.cells import Cell

Row = tuple[Any, ...]
Part = TypeVar("Part", bound=msgspec.Struct)


class StoredColumn(NamedTuple):
    """A column: its name, what it holds (`object` is a text of its own), and how a value becomes that and back."""

    name: str
    holds: type
    nullable: bool
    read: Callable[[Any], Any]
    write: Callable[[Any], Any]


class StoredPart(Generic[Part]):
    """One part of a state as columns, in the order of its fields."""

    def __init__(self, kind: type[Part]) -> None:
        self._kind = kind
        self._fields = [field.name for field in msgspec.structs.fields(kind)]
        self.columns = [_column(field.name, field.type) for field in msgspec.structs.fields(kind)]

    def read(self, values: Sequence[Any]) -> Part:
        """The part that these columns hold."""
        return self._kind(*(column.read(value) for column, value in zip(self.columns, values, strict=True)))

    def write(self, part: Part) -> Row:
        """The columns that hold a part."""
        return tuple(
            column.write(getattr(part, field))
            for column, field in zip(self.columns, self._fields, strict=True)
        )


def _column(name: str, declared: Any) -> StoredColumn:  # noqa: ANN401 - a type, or a union of types
    """How a field is stored: None as NULL, but an enum or a reason that is not there as an empty text."""
    choices = get_args(declared) if get_origin(declared) in (Union, UnionType) else (declared,)
    kinds, nullable = [kind for kind in choices if kind is not NoneType], NoneType in choices
    match kinds:
        case [kind] if kind is datetime:
            return StoredColumn(f"{name}_us", datetime, nullable, _but_none(from_us), _but_none(to_us))
        case [kind] if kind is Detector:
            return StoredColumn(name, object, nullable, _but_none(loads), _but_none(Detector.dumps))
        case [kind] if kind is bool:
            return StoredColumn(name, kind, nullable, bool, _as_it_is)
        case [kind] if kind in (int, float, str):
            return StoredColumn(name, kind, nullable, _as_it_is, _as_it_is)
        case [kind] if isinstance(kind, EnumType) and issubclass(kind, StrEnum):
            return StoredColumn(name, str, False, lambda text: kind(text) if text else None, _text)
        case [*structs, kind] if structs and kind is str:
            decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(reduce(or_, structs))
            return StoredColumn(name, str, False, partial(_value_or_words, decoder), _text)
    return StoredColumn(name, object, nullable, msgspec.json.Decoder(declared).decode, _json)


def _but_none(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else change(value)


def _as_it_is(value: Any) -> Any:  # noqa: ANN401
    return value


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _text(value: object) -> str:
    return _json(value) if isinstance(value, msgspec.Struct) else str(value or "")


def _value_or_words(decoder: msgspec.json.Decoder[Any], text: str) -> Any:  # noqa: ANN401
    """A value as JSON; where an earlier version wrote words, those as they stand."""
    return decoder.decode(text) if text.startswith("{") else text or None


_PARTS = {
    field.name: StoredPart(field.type)
    for field in msgspec.structs.fields(CellState)
    if field.type is not Cell
}
_MODEL = StoredPart(ModelState)
CELL_COLUMNS = [column for part in _PARTS.values() for column in part.columns]
MODEL_COLUMNS = _MODEL.columns
CELL = [column.name for column in CELL_COLUMNS]
MODEL = [column.name for column in MODEL_COLUMNS]


def cell_state(cell: Cell, row: Sequence[Any]) -> CellState:
    """A stored cell, its columns in the order of `CELL`, as the domain knows it."""
    values = iter(row)
    parts = {name: part.read(tuple(islice(values, len(part.columns)))) for name, part in _PARTS.items()}
    return CellState(cell, **parts)


def cell_row(state: CellState) -> Row:
    """A cell as its columns, in the order of `CELL`."""
    return tuple(value for name, part in _PARTS.items() for value in part.write(getattr(state, name)))


def model_state(row: Sequence[Any]) -> ModelState:
    """A stored model, its columns in the order of `MODEL`."""
    return _MODEL.read(row)


def model_row(state: ModelState) -> Row:
    """A model as its columns, in the order of `MODEL`."""
    return _MODEL.write(state)
