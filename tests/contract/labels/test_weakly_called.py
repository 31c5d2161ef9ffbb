"""What programs called tickets that wait for a draw, on SQLite and PostgreSQL alike."""

from typing import Any

from sqlalchemy import Engine

from connectors.sql.labels.draws import DrawStore
from monitor.domain.events.types import Kind, Label, LabelScope, PredictionKey
from tests.contract.labels.draws import wait
from tests.stored import TICKETS, label, store, take


def weak(prediction_id: str, intent: str, number: int = 1, **changes: Any) -> Label:  # noqa: ANN401
    return label(prediction_id, intent, label_id=f"weak-{prediction_id}-{number}", kind=Kind.WEAK, **changes)


def test_the_latest_weak_label_of_each_model_s_prediction_counts(engine: Engine) -> None:
    at = store(engine)
    wait(at, "p1", "p2", "p3", "p4", "p5")
    take(
        at,
        weak("p1", "bug", hours=1),
        weak("p1", "refund", 2),
        weak("p2", "bug", retracted=True),
        weak("p3", "bug", scope=LabelScope("tickets", "8")),
        weak("p4", "bug", scope=LabelScope("tickets", "7")),
        label("p5", "bug"),
        weak("p9", "bug"),
    )
    with DrawStore(engine).drawing() as transaction:
        called = transaction.weakly_called([f"p{n}" for n in range(10)])
    assert called == {PredictionKey("p1", TICKETS): "bug", PredictionKey("p4", TICKETS): "bug"}
