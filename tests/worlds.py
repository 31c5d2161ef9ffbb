"""A whole world for a test: a database, an agent that feeds it, and an evaluator."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import Engine

from connectors.sql.anchors import AnchorStore
from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.review.status import StatusStore
from monitor.domain.anchors.promise import Measured, Promise, Provenance, build
from monitor.domain.events.types import Model
from monitor.domain.judging.state import CellState
from monitor.evaluate.evaluate import Evaluate
from monitor.evaluate.evaluation import Evaluation
from monitor.settings.settings import Settings
from tests.stored import NOON, TICKETS, label, prediction, rows, store, take

LATER = timedelta(days=2)


class World:
    """A database, an agent that feeds it, and an evaluator."""

    def __init__(self, engine: Engine, **settings: Any) -> None:  # noqa: ANN401
        self.engine = engine
        judge = {"groups_share": 0, **settings.pop("judge", {})}  # groups are the point of a few tests
        self.settings = Settings(**{"anchor": {"treat_as": "promise"}, "judge": judge, **settings})
        self.store = store(engine)
        self._numbers = count(1)

    def anchor(self, model: Model = TICKETS, **recalls: tuple[float, int]) -> None:
        """Hold a model to these recalls, each on so many examples; a slice is written intent__name__value."""
        promises = {
            (intent, "=".join(slice_)): Promise(Measured(*measured))
            for (intent, *slice_), measured in ((key.split("__"), value) for key, value in recalls.items())
        }
        made = build(model, promises, Provenance("r.json", "f" * 64, "sklearn", NOON))
        AnchorStore(self.engine).add(made, [])
        AnchorStore(self.engine).activate(made, NOON)

    def outcomes(self, intent: str, pattern: str, **changes: Any) -> list[str]:  # noqa: ANN401
        """Outcomes in a row: "h" is a hit, "m" a miss; the ids of their predictions, made `at` hours from noon."""
        model, slices, at = changes.pop("model", TICKETS), changes.pop("slices", {}), changes.pop("at", 0)
        text = changes.pop("text", None)
        names = [f"p{next(self._numbers)}" for _ in pattern]
        predicted = [intent if letter == "h" else "other" for letter in pattern]
        take(
            self.store,
            *(
                prediction(n, p, model=model, slices=slices, hours=at, text=text)
                for n, p in zip(names, predicted, strict=True)
            ),
            *(label(n, intent, **changes) for n in names),
        )
        return names

    def correct(self, names: Iterable[str], intent: str, **changes: Any) -> None:  # noqa: ANN401
        """Say something else about predictions that were labelled."""
        take(self.store, *(label(name, intent, **{"revision": 2, **changes}) for name in names))

    def retract(self, names: Iterable[str]) -> None:
        """Take labels back."""
        self.correct(names, "", retracted=True)

    def evaluate(self, at: datetime = NOON + LATER) -> Evaluation:
        """Judge everything that is new."""
        return Evaluate(EvaluationStore(self.engine), self.settings)(lambda _: at)

    def cell(self, intent: str, slice_: str = "", model: Model = TICKETS) -> CellState:
        """The stored state of a cell."""
        (state,) = (
            status.state
            for status in StatusStore(self.engine).cells()
            if (status.state.cell.model, status.state.cell.intent, status.state.cell.slice_text)
            == (model, intent, slice_)
        )
        return state

    def kinds(self) -> list[str]:
        """The kinds of notices so far, without their common beginning."""
        kinds = rows(self.engine, "SELECT kind FROM notification ORDER BY number")
        return [kind.removeprefix("incident.") for (kind,) in kinds]

    def everything(self) -> list[object]:
        """All that is remembered of every cell, exact to the last bit."""
        return [
            (
                msgspec.json.encode(
                    [getattr(state, name) for name in state.__struct_fields__ if name != "bet"]
                ),
                msgspec.json.encode(replace(state.bet, detector=None)),
                state.bet.detector.dumps() if state.bet.detector else None,
            )
            for state, _ in StatusStore(self.engine).cells()
        ]


NewWorld = Callable[..., World]
