"""Weak labels steer draws by score: people's labels of tickets drawn so do not correct them."""

from typing import Any

import pytest
from sqlalchemy import Engine, text

from connectors.sql.database import writing
from connectors.sql.review.incidents import IncidentRecords
from connectors.sql.review.status import StatusStore
from monitor.domain.events.types import Design, Kind
from monitor.review.status import overview
from monitor.review.weak_labels import recall_of
from reports.words.weak_labels import sentence
from tests.stored import TICKETS, label, prediction, store, take
from tests.worlds import World


def judged(engine: Engine, **changes: Any) -> None:  # noqa: ANN401
    """Twenty tickets that a program called refunds; a person said so of half of them."""
    at = store(engine)
    take(at, *(prediction(f"p{i}", "refund" if i < 20 else "bug") for i in range(40)))
    take(at, *(label(f"p{i}", "refund", label_id=f"weak-{i}", kind=Kind.WEAK) for i in range(0, 40, 2)))
    take(at, *(label(f"p{i}", "refund" if i % 4 else "bug", **changes) for i in range(0, 40, 2)))


@pytest.mark.parametrize("design", [Design.BY_SCORE, Design.BY_PREDICTION])
def test_labels_that_say_that_they_were_chosen_so_correct_nothing(engine: Engine, design: Design) -> None:
    judged(engine, design=design, probability=0.1)
    recall = recall_of(StatusStore(engine).weak_labels()[TICKETS], "refund")
    assert recall is not None
    assert (recall.recall, recall.both, recall.chosen) == (None, 0, 20)
    assert "the 20 tickets that people labelled, too, were chosen by class or by score" in sentence(recall)


def test_labels_of_tickets_that_were_drawn_so_correct_nothing(engine: Engine) -> None:
    judged(engine)
    with writing(engine) as connection:
        connection.execute(
            text(
                "INSERT INTO draw (prediction_id, model_id, number, place, design, probability, predicted, ts_us)"
                " SELECT prediction_id, model_id, 1, 1, 'by_score', 0.1, intent, ts_us FROM prediction"
                " WHERE prediction_id IN ('p0', 'p2')"
            )
        )
    recall = recall_of(StatusStore(engine).weak_labels()[TICKETS], "refund")
    assert recall is not None
    assert (recall.both, recall.chosen) == (18, 2)


def test_uniform_ones_correct(engine: Engine) -> None:
    judged(engine, design=Design.UNIFORM, probability=0.1)
    recall = recall_of(StatusStore(engine).weak_labels()[TICKETS], "refund")
    assert recall is not None
    assert (recall.both, recall.chosen) == (20, 0)


def test_the_status_says_so(engine: Engine) -> None:
    world = World(engine)
    world.anchor(refund=(0.9, 50))
    judged(engine, design=Design.BY_SCORE, probability=0.1)
    world.evaluate()
    seen = overview(StatusStore(engine), IncidentRecords(engine), world.settings, "here")
    (recall,) = seen.weak.values()
    assert (recall.recall, recall.chosen) == (None, 20)
