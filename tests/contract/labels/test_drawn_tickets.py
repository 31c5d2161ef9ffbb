"""Which drawn tickets are labelled: by a label that stands, and that is about this model's answer."""

from datetime import timedelta

from sqlalchemy import Engine

from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.labels.draws import DrawStore
from monitor.domain.events.types import LabelScope, Model
from tests.contract.labels.draws import keep
from tests.stored import NOON, SHADOW, TICKETS, label, prediction, store, take

IDS = ("another's", "back", "plain", "named", "none")


def test_a_draw_is_labelled_by_no_label_of_another_model_and_by_none_that_was_taken_back(
    engine: Engine,
) -> None:
    writer = store(engine)
    take(writer, *(prediction(ticket) for ticket in IDS), prediction("another's", model=SHADOW))
    with DrawStore(engine).drawing() as transaction:
        keep(transaction, 1, dict.fromkeys(IDS, 0.5))
    named = LabelScope(TICKETS.name, TICKETS.version, TICKETS.environment)
    take(writer, label("another's", scope=LabelScope(version=SHADOW.version)), label("named", scope=named))
    take(writer, label("back"), label("plain"), label("back", "", revision=2, retracted=True, hours=1))

    def labelled(model: Model) -> list[bool]:
        with EvaluationStore(engine).evaluation() as transaction:
            drawn = transaction.drawn_tickets(model, 0, NOON + timedelta(days=5), timedelta(days=3))
        return [each.labelled for each in drawn[1]]

    assert labelled(TICKETS) == [False, False, True, True, False]
    assert labelled(SHADOW) == [True]
