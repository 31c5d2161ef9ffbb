"""Outcomes in, the cells they count for out, within limits: a bad producer can't make cells without end."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from monitor.domain.events.names import NO_INTENT
from monitor.domain.events.types import Model, Outcome
from monitor.domain.slices.cells import GROUP, OTHER, Cell, Slice


class SliceRule(msgspec.Struct, frozen=True):
    """A configured slice: which values get cells (None: whichever come first), and at most how many."""

    name: str
    values: Collection[str] | None
    cap: int


class Admitted(NamedTuple):
    """The names that have cells of their own: the intents of each model, and each slice's values."""

    intents: dict[Model, set[str]]
    values: dict[tuple[Model, str], set[str]]

    @classmethod
    def of(cls, known: Iterable[Cell], promised: Iterable[tuple[Model, str]]) -> "Admitted":
        """Those of the cells that there are already, and the intents that an anchor measured."""
        intents: dict[Model, set[str]] = defaultdict(set)
        values: dict[tuple[Model, str], set[str]] = defaultdict(set)
        for cell in known:
            if cell.slice is not None:
                values[cell.model, cell.slice.name].add(cell.slice.value)
            elif cell.group is None:
                intents[cell.model].add(cell.intent)
        for model, intent in promised:
            intents[model].add(intent)
        return cls(intents, values)

    def copy(self) -> "Admitted":
        """The same, to be added to."""
        intents, values = defaultdict[Model, set[str]](set), defaultdict[tuple[Model, str], set[str]](set)
        intents.update((model, set(names)) for model, names in self.intents.items())
        values.update((slice_, set(names)) for slice_, names in self.values.items())
        return Admitted(intents, values)

    def with_cells(self, cells: Iterable[Cell]) -> "Admitted":
        """With the names of cells that somebody else added."""
        known, new = self.copy(), Admitted.of(cells, ())
        for model, intents in new.intents.items():
            known.intents[model] |= intents
        for slice_, values in new.values.items():
            known.values[slice_] |= values
        return known


class Admission:
    """Decides which intents and slice values have cells of their own; the rest counts under `__other__`.

    Who was `admitted` stays so, and who is now joins them. `slices` gives the rules of a model. A name that is a
    group's counts under `__other__`.
    """

    def __init__(
        self, admitted: Admitted, slices: Callable[[Model], Sequence[SliceRule]], most_intents: int
    ) -> None:
        self._rules_of = slices
        self._slices: dict[Model, Sequence[SliceRule]] = {}
        self._most_intents = most_intents
        self._intents, self._values = admitted

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
        for rule in self._rules(outcome.model):
            value = outcome.slices.get(rule.name)
            if value is None or (rule.values is not None and value not in rule.values):
                continue
            admitted = _admit(value, self._values[outcome.model, rule.name], rule.cap)
            cells.append(Cell(outcome.model, intent, str(Slice(rule.name, admitted))))
        return cells

    def may_count_for(self, outcome: Outcome) -> Iterator[Cell]:
        """Every cell that an outcome can count for, whatever is admitted; more than it does."""
        for intent in (outcome.intent, OTHER):
            yield Cell(outcome.model, intent)
            for rule in self._rules(outcome.model):
                if rule.name in outcome.slices:
                    for value in (outcome.slices[rule.name], OTHER):
                        yield Cell(outcome.model, intent, str(Slice(rule.name, value)))

    def _rules(self, model: Model) -> Sequence[SliceRule]:
        if model not in self._slices:
            self._slices[model] = self._rules_of(model)
        return self._slices[model]


def _admit(name: str, admitted: set[str], most: int) -> str:
    if name in admitted:
        return name
    if len(admitted - {OTHER}) >= most:
        admitted.add(OTHER)
        return OTHER
    admitted.add(name)
    return name
