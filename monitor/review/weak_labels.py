"""What weak labels say of each watched intent's recall, corrected."""

from collections.abc import Iterable, Mapping

from monitor.domain.events.types import Model
from monitor.domain.judging.state import CellState
from monitor.domain.recall.weak import JudgedTickets, WeakRecall, weak_recall
from monitor.domain.slices.cells import Cell
from monitor.review.ports.status import CellStatus
from monitor.review.ports.weak_labels import WeaklyLabelled
from monitor.review.whole_intents import by_whole_intent


def weak_recalls(
    labelled: Mapping[Model, WeaklyLabelled], cells: Iterable[CellStatus]
) -> dict[Cell, WeakRecall]:
    """By watched intent; no slices and no groups, and none that no weak label names."""
    return by_whole_intent(labelled, cells, _of_watched)


def _of_watched(known: WeaklyLabelled, state: CellState) -> WeakRecall | None:
    recall = recall_of(known, state.cell.intent) if state.held.watched else None
    says_something = recall is not None and (recall.as_said is not None or recall.recall is not None)
    return recall if says_something else None


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
