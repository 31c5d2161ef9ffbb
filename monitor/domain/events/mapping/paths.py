"""Where a value lies in a record: `$.meta.id`, `$.choices[0].label`, or a JSON pointer (RFC 6901), `/meta/id`."""

import re
from collections.abc import Callable
from typing import Any, Final

import msgspec

Theirs = Any  # whatever a stranger sends
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d{1,9})\]")
_SLOPPY = re.compile(r"[A-Za-z_][^$/\s]*")


class Absent:
    """Stands for a value that is not there, where null is a value of its own."""

    def __repr__(self) -> str:
        return "absent"


ABSENT: Final = Absent()


class Path(msgspec.Struct, frozen=True):
    """The steps from the record inwards: a name of an object, or a place of a list, from 0.

    A step of digits of a JSON pointer may be either; it is a `str` here, and `pointer` is set.
    """

    spelled: str
    steps: tuple[str | int, ...]
    pointer: bool = False


def parsed(text: str) -> Path:
    """The path that a person wrote.

    >>> parsed("$.choices[0].label").steps, parsed("/a~1b/0").steps
    (('choices', 0, 'label'), ('a/b', '0'))

    Raises:
        ValueError: it is none; says what to write.
    """
    if text.startswith("/"):
        if re.search("~(?![01])", text):
            raise ValueError(
                f"{text!r} is no JSON pointer: after ~ comes 0 or 1; write ~0 for ~, and ~1 for / in a name"
            )
        return Path(
            text,
            tuple(step.replace("~1", "/").replace("~0", "~") for step in text[1:].split("/")),
            pointer=True,
        )
    if not text.startswith("$"):
        meant = f"$.{text}" if _SLOPPY.fullmatch(text) else "$.meta.id or /meta/id"
        raise ValueError(
            f"{text!r} is no path; write {meant}, or {{const: …}} for a value that is always the same"
        )
    steps: list[str | int] = []
    at = 1
    while at < len(text):
        step = _STEP.match(text, at)
        if step is None:
            raise ValueError(
                f"{text!r} is no path from {text[at:]!r} on; write $.name.name, [0] for a place of a list,"
                " or a JSON pointer for a name that holds a dot or a bracket"
            )
        steps.append(step[1] if step[2] is None else int(step[2]))
        at = step.end()
    return Path(text, tuple(steps))


def getter(path: Path) -> Callable[[Theirs], Theirs]:
    """What gives the value at the path, or `ABSENT`. What lies within null is null."""
    steps = path.steps
    if not steps:
        return lambda document: document
    if any(isinstance(step, int) or (path.pointer and step.isdigit()) for step in steps):
        return lambda document: _walked(path, document)[1]
    *outer, last = steps
    if not outer:

        def shallow(document: Theirs) -> Theirs:
            try:
                return document[last]
            except KeyError:
                return ABSENT
            except TypeError:
                return _walked(path, document)[1]

        return shallow
    if len(outer) == 1:
        first = outer[0]

        def second(document: Theirs) -> Theirs:
            try:
                return document[first][last]
            except KeyError:
                return ABSENT
            except TypeError:
                return _walked(path, document)[1]

        return second

    def deep(document: Theirs) -> Theirs:
        value = document
        try:
            for step in outer:
                value = value[step]
            return value[last]
        except KeyError:
            return ABSENT
        except TypeError:
            return _walked(path, document)[1]

    return deep


def reached(path: Path, document: Theirs) -> str:
    """How far a path leads that does not lead to its end: the part of it that is there, as people write it."""
    steps, _ = _walked(path, document)
    there = path.steps[:steps]
    if path.pointer:
        return "".join(f"/{step}" for step in there) or "the record"
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in there)


def _walked(path: Path, document: Theirs) -> tuple[int, Theirs]:
    """How many steps lead somewhere, and what is there; `ABSENT` where not all do."""
    for number, step in enumerate(path.steps):
        if document is None:
            return number, None
        place: str | int = step
        if isinstance(document, list):
            if isinstance(step, str):
                if not path.pointer or not re.fullmatch("0|[1-9][0-9]{0,8}", step):
                    return number, ABSENT
                place = int(step)
            if not isinstance(place, int) or place >= len(document):
                return number, ABSENT
        elif not isinstance(document, dict) or place not in document:
            return number, ABSENT
        document = document[place]
    return len(path.steps), document
