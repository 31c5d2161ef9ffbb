"""How far the people who label a model's tickets agree, and how often labels slip, from what is stored."""

from collections.abc import Sequence

from monitor.domain.events.types import Model
from monitor.domain.judging.state import CellState
from monitor.domain.labelling.agreement import FirstLabels, ModelReadings, model_readings
from monitor.domain.labelling.readings import misses_read_again
from monitor.labels.ports.disputed import DisputedTickets
from monitor.labels.ports.pairs import ReadingPairs


def readings_of(
    pairs: ReadingPairs, tickets: DisputedTickets, cells: Sequence[CellState]
) -> dict[Model, ModelReadings]:
    """Of every model of which two people read a ticket."""
    found: dict[Model, ModelReadings] = {}
    for model in sorted({state.cell.model for state in cells}):
        read = pairs.of(model)
        if not read:
            continue
        counts = tickets.read_again(model)
        labels: dict[str, FirstLabels] = {}
        for state in cells:
            cell, tally = state.cell, state.labels.tally
            if cell.model == model and cell.group is None and not cell.slice:
                again = misses_read_again(cell.intent, counts, tally.hits, tally.support - tally.hits)
                labels[cell.intent] = FirstLabels(again.hits, again.misses)
        found[model] = model_readings(read, labels, sum(hits + misses for hits, misses in labels.values()))
    return found
