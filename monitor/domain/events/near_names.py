"""Names that a person takes for one and a computer for two: names in, the pairs and what parts them out."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from monitor.domain.events.names import INVISIBLE

SHOWN_MAX = 60
_BLANKS = re.compile(r"\s+")
_UNSEEN = dict.fromkeys(map(ord, INVISIBLE))
_TRUTHS = {"true": 1.0, "false": 0.0}


class Difference(StrEnum):
    """All that two names differ by."""

    BLANKS = "blanks"
    CASE = "case"
    INVISIBLE = "invisible characters"
    FORM = "the form of their letters"  # full width, ligatures: what normal form KC makes alike
    TYPE = "type"  # 1 and 1.0, True and 1


class NearNames(NamedTuple):
    """Two names, in the order of the alphabet, and what parts them."""

    first: str
    second: str
    differences: tuple[Difference, ...]

    def __str__(self) -> str:
        """What is invisible in the names is spelled out: `"Refund" and "refund" differ only by case`."""
        by = " and ".join(self.differences) or "their spelling"
        return f"{_quoted(self.first)} and {_quoted(self.second)} differ only by {by}"


def near_names(names: Iterable[str]) -> list[NearNames]:
    """The pairs of different names that mean the same, as far as a person can see: each with the first of its kind.

    >>> [(pair.first, pair.second) for pair in near_names(["refund", "Re fund", "bug"])]
    [('Re fund', 'refund')]
    """
    alike: dict[object, list[str]] = defaultdict(list)
    for name in sorted(set(names)):
        alike[_folded(name)].append(name)
    return [
        NearNames(first, second, _differences(first, second))
        for first, *others in alike.values()
        for second in others
    ]


def _quoted(name: str) -> str:
    spelled = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in name[:SHOWN_MAX])
    return f'"{spelled}{"…" if len(name) > SHOWN_MAX else ""}"'


def _visible(name: str) -> str:
    return name.translate(_UNSEEN)


def _without_blanks(name: str) -> str:
    return _BLANKS.sub("", name)


def _as_number(name: str) -> object:
    if (truth := _TRUTHS.get(name.casefold())) is not None:
        return truth
    if "_" in name or not any(c.isdigit() for c in name):
        return name
    try:
        return float(name)
    except (ValueError, OverflowError):
        return name


_ALIKE: Mapping[Difference, Callable[[str], str]] = {
    Difference.INVISIBLE: _visible,
    Difference.FORM: lambda name: unicodedata.normalize("NFKC", name),
    Difference.BLANKS: _without_blanks,
    Difference.CASE: str.casefold,
}


def _folded(name: str, but: Difference | None = None) -> object:
    """What is left of a name when all that people overlook is gone (`but` one thing); a number for what may be one."""
    for difference, fold in _ALIKE.items():
        if difference is not but:
            name = fold(name)
    return name if but is Difference.TYPE else _as_number(name)


def _differences(first: str, second: str) -> tuple[Difference, ...]:
    """What keeps the two apart: without passing over it they would not be equal."""
    return tuple(each for each in Difference if _folded(first, each) != _folded(second, each))
