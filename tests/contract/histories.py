"""Random histories of predictions, labels, corrections, retractions, draws and erasures."""

from random import Random

from sqlalchemy import Engine

from connectors.sql.erasure import ErasureStore
from connectors.sql.labels.draws import DrawStore
from monitor.domain.events.types import Design, Kind, Label, Prediction
from tests.contract.labels.draws import keep
from tests.stored import NOON, SHADOW, TICKETS, label, prediction, rows, store, take

LEAST = 0.05


class History:
    """What happens to a few tickets, in any order, again and again."""

    def __init__(self, engine: Engine, seed: int) -> None:
        self.engine, self.writer, self.any = engine, store(engine), Random(seed)
        self.revisions: dict[str, int] = {}
        self.drawn = 0

    def live(self, steps: int) -> None:
        for _ in range(steps):
            self.any.choice((self.events, self.events, self.events, self.events, self.draw, self.erase))()

    def events(self) -> None:
        made = [self.any.choice((self.prediction, self.label))() for _ in range(self.any.randint(1, 12))]
        take(self.writer, *made, out_of_scope={"spam"})

    def prediction(self) -> Prediction:
        """Of a ticket and a model there is one, which may come again."""
        name, model = self.ticket(), self.any.choice((TICKETS, TICKETS, SHADOW))
        its = Random(name + model.version)
        answers = ("refund", "erasure") if its.random() < 0.2 else ()
        intent = its.choice(answers[:1] or ("refund", "erasure", "cancel", ""))
        hours = its.randrange(-24 * 40, 24 * 40)
        return prediction(name, intent, hours=hours, model=model, answers=answers)

    def label(self) -> Label:
        name = self.ticket()
        self.revisions[name] = revision = self.revisions.get(name, 0) + 1
        given = Design.UNKNOWN if (drawn := self.any.random()) < 0.3 else Design.BY_PREDICTION
        return label(
            name,
            self.any.choice(("refund", "erasure", "cancel", "spam")),
            label_id=f"label-{name}-{self.any.randrange(2)}",
            revision=revision,
            retracted=self.any.random() < 0.25,
            kind=self.any.choice((Kind.HUMAN, Kind.ADJUDICATED)),
            design=given,
            probability=None if given is Design.UNKNOWN else 0.02 if drawn < 0.6 else 0.25,
        )

    def draw(self) -> None:
        known = rows(self.engine, "SELECT prediction_id FROM prediction WHERE model_id IS NOT NULL")
        names = {name for (name,) in known} - {
            name for (name,) in rows(self.engine, "SELECT prediction_id FROM draw")
        }
        if names:
            self.drawn += 1
            with DrawStore(self.engine).drawing() as transaction:
                keep(transaction, self.drawn, {self.any.choice(sorted(names)): 0.5})

    def erase(self) -> None:
        if self.any.random() < 0.3:
            ErasureStore(self.engine).erase([self.ticket()], None, NOON)

    def ticket(self) -> str:
        return f"p{self.any.randrange(30):02}"
