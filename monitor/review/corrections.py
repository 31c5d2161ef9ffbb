"""What agents' corrections say of each intent's recall."""

from collections.abc import Iterable, Mapping

from monitor.domain.events.types import Model
from monitor.domain.recall.corrected import CorrectedRecall, CorrectedTickets, corrected_recall
from monitor.domain.recall.weights import Weighed
from monitor.domain.slices.cells import Cell
from monitor.review.ports.corrections import Corrections
from monitor.review.ports.status import CellStatus


def corrected_recalls(
    corrections: Mapping[Model, Corrections], cells: Iterable[CellStatus]
) -> dict[Cell, CorrectedRecall]:
    """By intent, of those that a ticket was corrected to; no slices and no groups."""
    recalls = {}
    for state in (status.state for status in cells):
        known = corrections.get(state.cell.model)
        if known is None or state.cell.slice is not None or state.cell.group is not None:
            continue
        recall = recall_by_corrections(known, state.cell.intent, state.labels.min_probability)
        if recall is not None:
            recalls[state.cell] = recall
    return recalls


def recall_by_corrections(
    corrections: Corrections, intent: str, min_probability: float
) -> CorrectedRecall | None:
    """What corrections say of one intent's recall; None where no ticket was corrected to it."""
    own, others = Weighed(), Weighed()
    for each in corrections.wrong:
        side = own if each.intent == intent else others
        side.count(each.left, each.design, each.probability, min_probability, each.tickets)
    away = sum(each.tickets for each in corrections.counts if each.predicted == intent)
    tickets = CorrectedTickets(
        max(corrections.traffic.get(intent, 0), away),
        sum(each.tickets for each in corrections.counts if each.corrected == intent),
        away,
        own,
        others,
    )
    return corrected_recall(tickets, min_probability)
