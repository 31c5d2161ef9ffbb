"""A silence: somebody wants to hear nothing of some cells for a while, and says why and until when."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from monitor.domain.slices.cells import Cell
from monitor.domain.telling.patterns import fits_pattern
from monitor.domain.text.nearest import did_you_mean

FIELDS = ("model", "version", "environment", "intent", "slice", "group")


class Silence(msgspec.Struct, frozen=True, kw_only=True):
    """While it lasts, cells that every matcher fits are judged as ever, and nobody is told of them.

    `matchers` map one of `FIELDS` to a pattern with `*` and `?`. When it ends, what is still broken is told.
    """

    id: int
    matchers: Mapping[str, str]
    author: str
    reason: str
    begins: datetime
    ends: datetime

    def covers(self, cell: Cell, now: datetime) -> bool:
        """Whether nobody is to be told of this cell now."""
        if not self.begins <= now < self.ends:
            return False
        named = fields_of(cell)
        return all(fits_pattern(named[field], pattern) for field, pattern in self.matchers.items())


def covering(
    cells: Sequence[Cell], silences: Iterable[Silence], now: datetime
) -> list[tuple[Silence, Sequence[Cell]]]:
    """The silences that keep any of the cells quiet now, each with those that it does, the longest first."""
    kept = [(silence, [cell for cell in cells if silence.covers(cell, now)]) for silence in silences]
    return sorted(
        ((silence, quiet) for silence, quiet in kept if quiet), key=lambda each: each[0].ends, reverse=True
    )


def silenced_by(cell: Cell, silences: Iterable[Silence], now: datetime) -> Silence | None:
    """The silence that keeps this cell quiet longest; None where people are told."""
    covering = [silence for silence in silences if silence.covers(cell, now)]
    return max(covering, key=lambda silence: silence.ends, default=None)


def parse_matchers(words: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """`FIELD=PATTERN` words as matchers, and what is wrong with the words.

    >>> parse_matchers(["intent=gdpr_*", "slice=channel=email"])
    ({'intent': 'gdpr_*', 'slice': 'channel=email'}, [])
    >>> parse_matchers(["intents=x"])[1][0].partition("; ")[2]
    'FIELD is one of model, version, environment, intent, slice, group; did you mean intent?'
    """
    matchers: dict[str, str] = {}
    problems = []
    for word in words:
        field, equals, pattern = word.partition("=")
        if not equals or not pattern or field not in FIELDS:
            meant = did_you_mean(field, FIELDS) if equals and field not in FIELDS else ""
            problems.append(f"{word!r}: write FIELD=PATTERN; FIELD is one of {', '.join(FIELDS)}{meant}")
        elif field in matchers:
            problems.append(f"{word!r}: {field} is matched twice; give each field once")
        else:
            matchers[field] = pattern
    return matchers, problems


def fields_of(cell: Cell) -> dict[str, str]:
    """What each of `FIELDS` is of a cell; "" where it has none."""
    model = cell.model
    return dict(
        zip(
            FIELDS,
            (
                model.name,
                model.version,
                model.environment,
                cell.display,
                cell.slice_text,
                cell.group or "",
            ),
            strict=True,
        )
    )
