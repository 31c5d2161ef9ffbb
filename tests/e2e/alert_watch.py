"""A database whose pages go to a real Alertmanager."""

from typing import Any

from sqlalchemy import Engine

from connectors.sql.evaluate.store import EvaluationStore
from monitor.app.clock import now
from monitor.app.wiring import App
from monitor.incidents.resolving import resolve
from monitor.settings.settings import Settings
from tests.services.prometheus import Alertmanager
from tests.worlds import World

BROKEN, HEALED = "m" * 20, "h" * 80


class Watch:
    """A database whose model has two watched intents, and agents that come and go, each with its own configuration."""

    def __init__(self, engine: Engine, alertmanager: Alertmanager) -> None:
        self.world = World(engine)
        self.world.anchor(erasure=(0.88, 38), export=(0.88, 38))
        self.alertmanager = alertmanager
        self.hour = 0
        self.configure()

    def configure(self, labels: dict[str, str] | None = None, **settings: Any) -> None:  # noqa: ANN401
        sink = {"kind": "alertmanager", "urls": [self.alertmanager.url], "labels": labels or {}}
        self.world.settings = Settings(
            sinks=[sink],
            anchor={"treat_as": "promise"},
            judge={"groups_share": 0},
            http={"allowed_hosts": ["127.0.0.1"]},
            **settings,
        )

    def deliver(self) -> None:
        """An agent starts, sends what is due and says again what stands, and ends."""
        app = App(self.world.settings, self.world.engine)
        try:
            app.deliver()
        finally:
            app.close()

    def happens(self, intent: str, pattern: str) -> None:
        self.hour += 6  # the money to bet with comes by the hour
        self.world.outcomes(intent, pattern, at=self.hour, hours=self.hour)
        self.world.evaluate(now())
        self.deliver()

    def resolve(self) -> None:
        resolve(EvaluationStore(self.world.engine), self.world.settings, 1, "ana", "rolled back", now())
        self.deliver()

    def standing(self) -> dict[str, dict[str, str]]:
        """The labels beyond the model's of each intent's alert that stands; no intent has two."""
        alerts = [alert["labels"] for alert in self.alertmanager.alerts()]
        model = {"model", "model_version", "environment", "alertname", "intent"}
        intents = [labels["intent"] for labels in alerts]
        assert len(intents) == len(set(intents)), alerts
        return {
            labels["intent"]: {name: value for name, value in labels.items() if name not in model}
            for labels in alerts
        }
