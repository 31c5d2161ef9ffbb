"""What weak labels say of each watched intent's recall, corrected."""

from collections.abc import Iterable, Mapping

from monitor.domain.events.types import Model
from monitor.domain.recall.weak import JudgedTickets, WeakRecall, weak_recall
from monitor.domain.slices.cells import Cell
from monitor.review.ports.status import CellStatus
from monitor.review.ports.weak_labels import WeaklyLabelled


def weak_recalls(
    labelled: Mapping[Model, WeaklyLabelled], cells: Iterable[CellStatus]
) -> dict[Cell, WeakRecall]:
    """By watched intent; no slices and no groups, and none that no weak label names."""
    recalls = {}
    for state in (status.state for status in cells):
        cell = state.cell
        known = labelled.get(cell.model)
        if known is None or not state.held.watched or cell.slice is not None or cell.group is not None:
            continue
        recall = recall_of(known, cell.intent)
        if recall is not None and (recall.as_said is not None or recall.recall is not None):
            recalls[cell] = recall
    return recalls


def recall_of(labelled: WeaklyLabelled, intent: str) -> WeakRecall | None:
    """What weak labels say of one intent's recall; None where there is none."""
    return weak_recall(_side(labelled, intent, as_intent=True), _side(labelled, intent, as_intent=False))


def _side(labelled: WeaklyLabelled, intent: str, *, as_intent: bool) -> JudgedTickets:
    """The tickets that were predicted as the intent, or all the others."""
    weak = weak_positive = positive = agreed_positive = negative = agreed_negative = chosen = 0
    for each in labelled.counts:
        if (each.predicted == intent) is not as_intent:
            continue
        called = each.weak == intent
        weak += each.tickets
        weak_positive += each.tickets * called
        if each.chosen:
            chosen += each.tickets
        elif each.human is not None:
            of_intent = each.human == intent
            positive += each.tickets * of_intent
            agreed_positive += each.tickets * (of_intent and called)
            negative += each.tickets * (not of_intent)
            agreed_negative += each.tickets * (not of_intent and not called)
    came = sum(
        tickets for predicted, tickets in labelled.traffic.items() if (predicted == intent) is as_intent
    )
    return JudgedTickets(
        max(came, weak), weak, weak_positive, positive, agreed_positive, negative, agreed_negative, chosen
    )
