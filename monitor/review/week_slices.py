"""Cells and a week in; each intent's slices in its report out."""

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Mapping, Sequence

from monitor.domain.events.types import Model
from monitor.domain.judging.standing import Standing, broken_slices, standing
from monitor.domain.slices.cells import OTHER, Cell
from monitor.domain.telling.neighbours import neighbours
from monitor.domain.weekly.calendar import Week
from monitor.domain.weekly.counts import WeekCount
from monitor.domain.weekly.slices import SlicesOfIntent, SliceWeek
from monitor.review.cell_weeks import of_cell
from monitor.review.in_use import cells_in_use
from monitor.review.ports.status import CellStatus
from monitor.review.ports.weeks import WeekStore

SHOWN = 10  # of an intent; the rest of its broken slices are counted


def slices_by_intent(
    store: WeekStore,
    week: Week,
    cells: Sequence[CellStatus],
    names: Callable[[Model], Container[str]],
    min_probability: float,
) -> dict[Cell, SlicesOfIntent]:
    """By the intent as a whole; of slices whose `names` a model has, the worst that are broken, and counts.

    Costs a look at the week's labelled tickets of each intent of which a slice is broken.
    """
    slices: dict[Cell, dict[Cell, CellStatus]] = defaultdict(dict)
    for status in cells_in_use(cells, (), names):
        cell = status.state.cell
        if cell.slice is not None and OTHER not in (cell.intent, cell.slice.value):
            slices[cell.whole][cell] = status
    broken = {
        whole: [state.cell for state in states[:SHOWN]]
        for whole, states in broken_slices(
            each.state for own in slices.values() for each in own.values()
        ).items()
    }
    counts = store.slice_counts(week, [cell for worst in broken.values() for cell in worst], min_probability)
    return {whole: _of_intent(own, broken.get(whole, []), counts) for whole, own in slices.items()}


def _of_intent(
    slices: Mapping[Cell, CellStatus], worst: Sequence[Cell], counts: Mapping[Cell, WeekCount]
) -> SlicesOfIntent:
    states = {cell: status.state for cell, status in slices.items()}
    shown = [
        SliceWeek(
            **of_cell(slices[cell]),
            now=counts.get(cell, WeekCount()),
            siblings=neighbours(cell, states, {}).siblings,
        )
        for cell in worst
    ]
    rest = Counter(standing(state) for cell, state in states.items() if cell not in set(worst))
    return SlicesOfIntent(shown, {each: rest[each] for each in Standing if rest[each]})
