"""Which cells somebody asks about: patterns in, the overview of those cells alone out."""

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

import msgspec

from monitor.domain.events.types import Model
from monitor.domain.judging.judge import Coverage, Verdict
from monitor.domain.judging.state import CellState
from monitor.domain.telling.patterns import fits_pattern
from monitor.domain.text.nearest import nearest
from monitor.errors import NotFoundError
from monitor.review.ports.status import Overview
from monitor.review.unconfirmed import of_cells

STANDINGS = (
    *(verdict.value for verdict in Verdict),
    *(each.value for each in Coverage if each is not Coverage.NONE),
)

_ALSO_CALLED = {
    "broken": Verdict.DEGRADED,
    "paged": Verdict.DEGRADED,
    "suspected": Verdict.SUSPECT,
    "healthy": Verdict.OK,
}
LISTED = 8


class CellsAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Patterns with `*` and `?` that all must fit; an empty one fits every cell.

    `slice_text` fits slices as `name=value`, and no whole intent. `verdict` fits a verdict or a coverage. A group is
    asked for like an intent, as `group NAME`. `search` fits where an intent, a group or a slice has these letters
    anywhere in its name.
    """

    model: str = ""
    version: str = ""
    intent: str = ""
    slice_text: str = ""
    verdict: str = ""
    search: str = ""

    @property
    def names_cells(self) -> bool:
        """Whether cells are asked for by more than their model, so that each of them is wanted."""
        return bool(self.intent or self.slice_text or self.verdict or self.search)


def _slices(state: CellState) -> Collection[str]:
    return (state.cell.slice_text,) if state.cell.slice_text else ()


def _has(name: str, letters: str) -> bool:
    return letters.casefold() in name.casefold()


class _Field(NamedTuple):
    """What is asked by an option: the names that a cell has there, and whether one of them fits."""

    option: str
    names_of: Callable[[CellState], Collection[str]]
    fits: Callable[[str, str], bool] = fits_pattern


_FIELDS = {
    "model": _Field("--model", lambda state: (state.cell.model.name,)),
    "version": _Field("--version", lambda state: (state.cell.model.version,)),
    "intent": _Field("--intent", lambda state: (state.cell.display,)),
    "slice_text": _Field("--slice", _slices),
    "verdict": _Field(
        "--verdict", lambda state: (state.judgement.verdict.value, state.judgement.coverage.value)
    ),
    "search": _Field("--search", lambda state: (state.cell.display, *_slices(state)), _has),
}


def narrowed(overview: Overview, asked: CellsAsked) -> Overview:
    """The overview of the cells that fit, and of their models.

    Raises:
        NotFoundError: a pattern fits nothing that there is, with what was probably meant.
    """
    patterns = {field: pattern for field in _FIELDS if (pattern := getattr(asked, field))}
    if not patterns:
        return overview
    problems = []
    for field, pattern in patterns.items():
        option, names_of, fits = _FIELDS[field]
        known: set[str] = set(STANDINGS) if field == "verdict" else set()
        for status in overview.cells:
            known.update(names_of(status.state))
        if not any(fits(name, pattern) for name in known):
            problems.append(
                _unknown_standing(option, pattern)
                if field == "verdict"
                else unknown_name(option, pattern, sorted(known))
            )
    if problems:
        raise NotFoundError(problems)
    cells = [
        status
        for status in overview.cells
        if all(
            any(_FIELDS[field].fits(name, pattern) for name in _FIELDS[field].names_of(status.state))
            for field, pattern in patterns.items()
        )
    ]

    def concerns(model: Model) -> bool:
        named = {"model": model.name, "version": model.version}
        return all(fits_pattern(name, patterns.get(field, "*")) for field, name in named.items())

    kept = {status.state.cell for status in cells}
    return overview._replace(
        cells=cells,
        complaints={cell: each for cell, each in overview.complaints.items() if cell in kept},
        weak={cell: each for cell, each in overview.weak.items() if cell in kept},
        corrected_to_nobody={
            model: names for model, names in overview.corrected_to_nobody.items() if concerns(model)
        },
        corrected={cell: each for cell, each in overview.corrected.items() if cell in kept},
        beside=[status for status in overview.cells if status.state.cell not in kept],
        unasked=[
            state for states in overview.broken_slices.values() for state in states if state.cell not in kept
        ],
        early=[note for note in overview.early if note.facts.cell in kept],
        clustered={model: seen for model, seen in overview.clustered.items() if concerns(model)},
        skipped={model: seen for model, seen in overview.skipped.items() if concerns(model)},
        out_of_scope={model: seen for model, seen in overview.out_of_scope.items() if concerns(model)},
        labelling=[each for each in overview.labelling if concerns(each.model)],
        unconfirmed=of_cells(overview.unconfirmed, kept),
    )


def _unknown_standing(option: str, pattern: str) -> str:
    meant = _ALSO_CALLED.get(pattern.casefold())
    if meant is not None:
        return f"{option} {pattern}: there is none; did you mean {meant}?"
    return unknown_name(option, pattern, STANDINGS)


def unknown_name(option: str, pattern: str, known: Sequence[str]) -> str:
    """What is said of a pattern that fits none of the known names: what was probably meant, or what there is."""
    meant = _meant(pattern.replace("*", "").replace("?", ""), known)
    if meant is not None:
        return f"{option} {pattern}: there is none; did you mean {meant}?"
    more = len(known) - LISTED
    listed = ", ".join(known[:LISTED]) + (f" and {more} more" if more > 0 else "")
    return f"{option} {pattern}: there is none; there is {listed or 'nothing yet'}"


def _meant(word: str, known: Sequence[str]) -> str | None:
    """The name that looks most like a word, else the shortest that has it in it."""
    within = [name for name in known if len(word) > 1 and word.casefold() in name.casefold()]
    return nearest(word, known) or min(within, key=len, default=None)
