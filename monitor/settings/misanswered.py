"""An answer of a worksheet that is none: msgspec's sentence in, ours out, with what belongs there."""

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any

import msgspec

from monitor.domain.text.nearest import did_you_mean

_PLACE = re.compile(r" - at `\$\.?([^`]*)`$")
_UNKNOWN = re.compile(r"unknown field `([^`]+)`")
_NOUNS: Mapping[str, str] = {
    "str": "text; put it into quotes",
    "int": "a whole number",
    "bool": "yes or no",
    "array": "a list in brackets",
    "object": "a mapping",
}


def misanswered(key: str, value: object, kind: Any, sentence: str) -> str:  # noqa: ANN401 - a type
    """The place of an answer, and what belongs there.

    >>> misanswered("intents", 7, tuple[str, ...], "Expected `array`, got `int`")
    'intents: must be a list in brackets'
    """
    place = _PLACE.search(sentence)
    inner = re.sub(r"\[(\d+|\.\.\.)\]", "", place[1]) if place else ""
    where = f"{key}.{inner}" if inner else key
    fields = {each.name: each.type for each in msgspec.structs.fields(kind)} if _is_struct(kind) else {}
    if unknown := _UNKNOWN.search(sentence):
        name = unknown[1]
        meant = did_you_mean(name, fields) or f"; there are {', '.join(fields)}"
        return f"{key}.{name}: there is no such question{meant}"
    asked = fields.get(inner, kind)
    if isinstance(asked, type) and issubclass(asked, Enum):
        allowed = [str(member.value) for member in asked]
        said = value.get(inner) if isinstance(value, Mapping) else value
        return f"{where}: must be one of {', '.join(allowed)}{did_you_mean(str(said), allowed)}"
    expected = re.search(r"Expected `(\w+)", sentence)
    noun = _NOUNS.get(expected[1], "another answer") if expected else "another answer"
    if _is_struct(asked):
        noun += f" with the answers {', '.join(each.name for each in msgspec.structs.fields(asked))}"
    return f"{where}: must be {noun}"


def _is_struct(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)
