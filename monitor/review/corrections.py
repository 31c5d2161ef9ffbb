"""What agents' corrections say of each intent's recall."""

from collections.abc import Iterable, Mapping

from monitor.domain.events.names import NO_ANSWER
from monitor.domain.events.types import Model
from monitor.domain.recall.corrected import CorrectedRecall, CorrectedTickets, corrected_recall
from monitor.domain.recall.weights import Weighed
from monitor.domain.slices.cells import Cell
from monitor.review.ports.corrections import Corrections
from monitor.review.ports.status import CellStatus
from monitor.review.whole_intents import by_whole_intent


def corrected_recalls(
    corrections: Mapping[Model, Corrections], cells: Iterable[CellStatus]
) -> dict[Cell, CorrectedRecall]:
    """By intent, of those that a ticket was corrected to; no slices and no groups."""
    return by_whole_intent(
        corrections,
        cells,
        lambda known, state: recall_by_corrections(known, state.cell.intent, state.labels.min_probability),
    )


def corrected_to_nobody(
    corrections: Mapping[Model, Corrections], cells: Iterable[CellStatus]
) -> dict[Model, dict[str, int]]:
    """Tickets by the name that they were corrected to, where the model never predicts it and nothing is known of it.

    They say of no intent's recall anything: most likely the name is another system's, and no alias says which it is.
    """
    known = {(status.state.cell.model, status.state.cell.intent) for status in cells}
    strange: dict[Model, dict[str, int]] = {}
    for model, of_model in corrections.items():
        for each in of_model.counts:
            name = each.corrected
            if name and name not in of_model.traffic and (model, name) not in known:
                names = strange.setdefault(model, {})
                names[name] = names.get(name, 0) + each.tickets
    return strange


def recall_by_corrections(
    corrections: Corrections, intent: str, min_probability: float
) -> CorrectedRecall | None:
    """What corrections say of one intent's recall; None where no ticket was corrected to it."""
    corrected = sum(each.tickets for each in corrections.counts if each.corrected == intent)
    if not corrected:
        return None
    unanswered = sum(
        each.tickets
        for each in corrections.counts
        if each.corrected == intent and each.predicted == NO_ANSWER
    )
    own, everybodys = Weighed(), Weighed()
    for each in corrections.wrong:
        for side in (everybodys, own) if each.intent == intent else (everybodys,):
            side.count(each.left, each.design, each.probability, min_probability, each.tickets)
    away = sum(each.tickets for each in corrections.counts if each.predicted == intent)
    predicted = max(corrections.traffic.get(intent, 0), away)
    tickets = CorrectedTickets(predicted, corrected, away, own, everybodys, unanswered)
    return corrected_recall(tickets, min_probability)
