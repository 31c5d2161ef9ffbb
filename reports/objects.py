"""Domain values in, what JSON knows out: structs and named tuples with the names of their fields."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import Enum
from itertools import islice
from typing import Any

import msgspec


def as_object(value: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """The same value in dictionaries, lists, strings and numbers (to twelve digits); times as ISO 8601."""
    if isinstance(value, msgspec.Struct):
        return {
            encoded: as_object(getattr(value, name))
            for name, encoded in zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True)
        }
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: as_object(item) for name, item in value._asdict().items()}
    if isinstance(value, Mapping):
        return {str(name): as_object(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_object(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.12g}")  # another processor may differ in the last bits
    return value.isoformat() if isinstance(value, date) else value


def as_json(value: object) -> str:
    """The same as indented text that ends with a line; equal values give equal bytes."""
    return json_text(as_object(value))


def json_parts(objects: Iterable[object], at_once: int = 1_000) -> Iterator[str]:
    """The text of a list, as `json_text` writes it, `at_once` of its objects after the other."""
    begin, left = "[", iter(objects)
    while some := list(islice(left, at_once)):
        text = msgspec.json.format(msgspec.json.encode(some)).decode()
        yield begin + text.removeprefix("[").removesuffix("\n]")
        begin = ","
    yield "[]\n" if begin == "[" else "\n]\n"


def json_text(content: object) -> str:
    """What JSON knows, as indented text that ends with a line."""
    return msgspec.json.format(msgspec.json.encode(content)).decode() + "\n"
