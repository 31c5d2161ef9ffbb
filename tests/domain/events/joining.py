"""Events to join, and a store in memory that is given whole batches of them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from monitor.domain.events.join import Join
from monitor.domain.events.joined import Draw, Joined, Memory, Revision
from monitor.domain.events.types import Design, Kind, Label, LabelScope, Model, Prediction, PredictionKey
from monitor.errors import DecodeError

MODEL = Model("tickets", "7")
SHADOW = Model("tickets", "8")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ACCEPT = frozenset({Kind.HUMAN, Kind.ADJUDICATED})


class Drawn(NamedTuple):
    """A prediction is drawn for labelling: once, and only one that is there."""

    key: PredictionKey
    draw: Draw


Event = Prediction | Label | tuple[Prediction, Label]
Happening = Event | Drawn
State = tuple[
    str | None, str, datetime, Kind, Design, float | None, str | None, bool
]  # what an outcome reads


def prediction(
    prediction_id: str = "p1", intent: str = "refund", digest: bytes = b"d", model: Model = MODEL
) -> Prediction:
    return Prediction(prediction_id, NOON, model, intent, digest)


def label(
    label_id: str = "l1",
    prediction_id: str = "p1",
    intent: str = "refund",
    *,
    hour: int = 1,
    revision: int = 1,
    retracted: bool = False,
    kind: Kind = Kind.HUMAN,
    scope: LabelScope | None = None,
    annotator: str | None = None,
    design: Design = Design.UNKNOWN,
    probability: float | None = None,
) -> Label:
    at = NOON + timedelta(hours=hour)
    return Label(
        label_id,
        prediction_id,
        intent,
        at,
        revision,
        retracted,
        kind,
        design,
        probability,
        scope=scope,
        annotator=annotator,
    )


class Store:
    """What a store keeps between batches, whole: every batch is given all of it."""

    def __init__(self, accept: Iterable[Kind] = ACCEPT) -> None:
        self.memory = Memory({}, {}, {}, {})
        self.accept = frozenset(accept)
        self.became: list[str] = []
        self.completed: list[PredictionKey] = []
        self.first: dict[PredictionKey, State] = {}
        self.revisions: list[Revision] = []

    def take(self, *batch: Happening) -> "Store":
        """One batch: joined, and its outcomes numbered as they became complete."""
        join = Join(self.memory, self.accept, frozenset())
        for event in batch:
            if isinstance(event, Drawn):
                self._draw(join, event)
                continue
            try:
                self.became.append(join.take(event))
            except DecodeError as err:
                self.became.append(err.code)
        changes = join.changes()
        for model, outcome in changes.completed:
            key = PredictionKey(outcome.prediction_id, model)
            self.completed.append(key)
            outcome.seq = len(self.completed)
            self.first[key] = read(outcome)
        # A store writes rows; later batches must not reach back into them.
        self.revisions += msgspec.convert(
            msgspec.to_builtins(changes.revised, builtin_types=(datetime,)), list[Revision]
        )
        return self

    def _draw(self, join: Join, event: Drawn) -> None:
        prediction_id, model = event.key
        known = model in self.memory.predictions.get(prediction_id, {})
        if known and model not in self.memory.draws.get(prediction_id, {}):
            join.draw(event.key, event.draw)

    @property
    def outcomes(self) -> dict[PredictionKey, Joined]:
        return {
            PredictionKey(pid, model): outcome
            for pid, outcomes in self.memory.outcomes.items()
            for model, outcome in outcomes.items()
        }

    def intents(self, model: Model = MODEL) -> dict[str, str | None]:
        return {key.prediction_id: made.intent for key, made in self.outcomes.items() if key.model == model}

    def completed_ids(self, model: Model = MODEL) -> list[str]:
        return [key.prediction_id for key in self.completed if key.model == model]


def read(outcome: Joined) -> State:
    return (
        outcome.intent,
        outcome.label_id,
        outcome.labeled_at,
        outcome.kind,
        outcome.design,
        outcome.probability,
        outcome.first_intent,
        outcome.agreed,
    )


def after(*events: Happening, accept: Iterable[Kind] = ACCEPT) -> Store:
    """Every event in a batch of its own."""
    store = Store(accept)
    for event in events:
        store.take(event)
    return store
