"""Outcomes in, the cells they count for out, within limits: a bad producer can't make cells without end."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence

import msgspec

from monitor.domain.events.names import NO_INTENT
from monitor.domain.events.types import Model, Outcome
from monitor.domain.slices.cells import GROUP, OTHER, Cell, Slice


class SliceRule(msgspec.Struct, frozen=True):
    """A configured slice: which values get cells (None: whichever come first), and at most how many."""

    name: str
    values: Collection[str] | None
    cap: int


class Admission:
    """Decides which intents and slice values have cells of their own; the rest counts under `__other__`.

    Who was admitted stays so. `known` are the cells there are already; intents in `promised` (the ones an
    anchor measured) always have their own. `slices` gives the rules of a model. A name that is a group's counts under
    `__other__`.
    """

    def __init__(
        self,
        known: Iterable[Cell],
        promised: Iterable[tuple[Model, str]],
        slices: Callable[[Model], Sequence[SliceRule]],
        most_intents: int,
    ) -> None:
        self._rules_of = slices
        self._slices: dict[Model, Sequence[SliceRule]] = {}
        self._most_intents = most_intents
        self._intents: dict[Model, set[str]] = defaultdict(set)
        self._values: dict[tuple[Model, str], set[str]] = defaultdict(set)
        for cell in known:
            if cell.slice is not None:
                self._values[cell.model, cell.slice.name].add(cell.slice.value)
            elif cell.group is None:
                self._intents[cell.model].add(cell.intent)
        for model, intent in promised:
            self._intents[model].add(intent)

    def cells_of(self, outcome: Outcome) -> list[Cell]:
        """The cells an outcome counts for: its intent, and its intent within each configured slice it has.

        None where its ticket belongs to no intent: nothing was promised of those.
        """
        if outcome.intent == NO_INTENT:
            return []
        intent = OTHER
        if not outcome.intent.startswith(GROUP):
            intent = _admit(outcome.intent, self._intents[outcome.model], self._most_intents)
        cells = [Cell(outcome.model, intent)]
        if outcome.model not in self._slices:
            self._slices[outcome.model] = self._rules_of(outcome.model)
        for rule in self._slices[outcome.model]:
            value = outcome.slices.get(rule.name)
            if value is None or (rule.values is not None and value not in rule.values):
                continue
            admitted = _admit(value, self._values[outcome.model, rule.name], rule.cap)
            cells.append(Cell(outcome.model, intent, str(Slice(rule.name, admitted))))
        return cells


def _admit(name: str, admitted: set[str], most: int) -> str:
    if name in admitted:
        return name
    if len(admitted - {OTHER}) >= most:
        admitted.add(OTHER)
        return OTHER
    admitted.add(name)
    return name
