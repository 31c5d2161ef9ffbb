"""What a key may hold, in words, so that every error can name it."""

from collections.abc import Mapping
from datetime import time
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import annotated_types
from pydantic import AwareDatetime, BaseModel, SecretStr

from monitor.settings.places import Kinds, members_of, tag_of

_PLAIN: Mapping[object, str] = {
    str: "text",
    SecretStr: "text",
    Path: "a path",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    time: "a time of day, such as 07:00",
    AwareDatetime: "a time with its zone, such as 2026-11-23T09:00:00Z",
}


def wanted(kinds: Kinds) -> str:
    """The noun for what belongs there, with its limits.

    >>> from annotated_types import Gt, Lt
    >>> wanted(Kinds(float, [Gt(0), Lt(1)])), wanted(Kinds(Literal["own", "intent"]))
    ('a number above 0 and below 1', 'own or intent')
    """
    members = members_of(kinds.type)
    if tags := [tag for tag in map(tag_of, members) if tag]:
        return f"a sink with its kind, one of {any_of(tags)}" if len(tags) > 1 else "a sink with its keys"
    return " or ".join(_of_one(each, kinds.limits) for each in members)


def is_compound(kinds: Kinds) -> bool:
    """Whether it is a list, a mapping or a section, which are JSON in the environment."""
    return any(get_origin(each) in (tuple, Mapping) or _is_section(each) for each in members_of(kinds.type))


def allowed(kinds: Kinds) -> list[str]:
    """The words that belong there, where it is one of a few; else none."""
    members = members_of(kinds.type)
    if tags := [tag for tag in map(tag_of, members) if tag]:
        return tags
    return [word for each in members for word in _words(each)]


def any_of(words: list[str]) -> str:
    """The words with commas and an `or`.

    >>> any_of(["a", "b", "c"])
    'a, b or c'
    """
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _of_one(kind: Any, limits: Any) -> str:  # noqa: ANN401 - a type, and what annotated_types has
    if words := _words(kind):
        return any_of(words)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        least = next((each.min_length for each in limits if isinstance(each, annotated_types.MinLen)), 0)
        return f"a list{_of_several(arguments[0])}" + (f", with at least {least}" if least else "")
    if origin is Mapping:
        return f"a mapping of names to {wanted(Kinds(arguments[1]))}"
    if _is_section(kind):
        own = getattr(kind, "WANTED", None)
        return own if isinstance(own, str) else f"a mapping with the keys {', '.join(kind.model_fields)}"
    return _PLAIN.get(kind, "something else") + _limited(limits)


def _of_several(kind: Any) -> str:  # noqa: ANN401 - a type or what stands for one
    """What each value of a list or of a mapping is."""
    inner = wanted(Kinds(members_of(kind)[0] if len(members_of(kind)) == 1 else kind))
    if inner.startswith("a mapping "):
        return f", each a{inner[1:]}"
    return {"text": " of texts", "a path": " of paths"}.get(inner, f", each {inner}")


def _words(kind: Any) -> list[str]:  # noqa: ANN401 - a type or what stands for one
    if get_origin(kind) is Literal:
        return [str(word) for word in get_args(kind)]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [str(member.value) for member in kind]
    return []


def _limited(limits: Any) -> str:  # noqa: ANN401 - what annotated_types has
    """The limits of a number or a text as the end of its noun."""
    found = {type(limit): limit for limit in limits}
    shortest, longest = found.get(annotated_types.MinLen), found.get(annotated_types.MaxLen)
    if shortest and longest:
        return f" of {shortest.min_length} to {longest.max_length} characters"
    if longest:
        return f" of at most {longest.max_length} characters"
    if shortest:
        least = shortest.min_length
        return f" of at least {least} characters" if least > 1 else " that is not empty"
    words = []
    if lower := found.get(annotated_types.Gt):
        words.append(f"above {_figure(lower.gt)}")
    if lower := found.get(annotated_types.Ge):
        words.append(f"of at least {_figure(lower.ge)}")
    if upper := found.get(annotated_types.Lt):
        words.append(f"below {_figure(upper.lt)}")
    if upper := found.get(annotated_types.Le):
        words.append(f"{'' if words else 'of '}at most {_figure(upper.le)}")
    return f" {' and '.join(words)}" if words else ""


def _figure(limit: Any) -> str:  # noqa: ANN401 - what annotated_types calls comparable
    return f"{limit:,.12g}"


def _is_section(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
