"""A world whose labels say how they were chosen, and when they came."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Engine

from connectors.sql.anchors import AnchorStore
from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.review.status import StatusStore
from monitor.domain.anchors.promise import Measured, Promise, Provenance, build
from monitor.domain.events.types import Design
from monitor.domain.judging.state import CellState
from monitor.evaluate.evaluate import Evaluate
from monitor.settings.settings import Settings
from tests.stored import NOON, TICKETS, label, prediction, store, take

TWO_DAYS = timedelta(days=2)
HIT = {"design": Design.BY_PREDICTION, "probability": 0.4}
MISS = {"design": Design.BY_PREDICTION, "probability": 0.02}


class LabelledWorld:
    """A database with a single anchored intent, `erasure`, promised .88 and held to .78."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.store = store(engine)
        self.made = 0
        anchor = build(
            TICKETS,
            {("erasure", ""): Promise(Measured(0.88, 38))},
            Provenance("r.json", "f" * 64, "sklearn", NOON),
        )
        AnchorStore(engine).add(anchor, [])
        AnchorStore(engine).activate(anchor, NOON)

    def predict(self, predicted: str, hours: float = 0, slices: dict[str, str] | None = None) -> str:
        self.made += 1
        name = f"p{self.made}"
        take(self.store, prediction(name, predicted, hours=hours, slices=slices or {}))
        return name

    def outcome(self, predicted: str, is_: str = "erasure", **how: Any) -> str:  # noqa: ANN401
        """A prediction, and its label `after` hours later (a day unless given)."""
        hours, after = how.pop("hours", 0), how.pop("after", 24)
        name = self.predict(predicted, hours)
        take(self.store, label(name, is_, hours=hours + after - 24, **how))
        return name

    def outcomes(self, pattern: str, hit: dict[str, Any] = HIT, miss: dict[str, Any] = MISS) -> list[str]:
        return [
            self.outcome("erasure", **hit) if x == "h" else self.outcome("cancel", **miss) for x in pattern
        ]

    def evaluate(self, at: timedelta = TWO_DAYS, **settings: Any) -> CellState:  # noqa: ANN401
        given = {"anchor": {"treat_as": "promise"}, "sampling": {"min_probability": 0.02}, **settings}
        Evaluate(EvaluationStore(self.engine), Settings(**given))(lambda _: NOON + at)
        return next(
            status.state
            for status in StatusStore(self.engine).cells()
            if status.state.cell.intent == "erasure" and not status.state.cell.slice
        )
