"""A person's word about an incident: kept in its history, and sent at once to those whom it concerns."""

from collections.abc import Callable
from contextlib import closing

from connectors.sql.evaluate.store import EvaluationStore
from monitor.app.clock import now
from monitor.app.delivery import Delivery
from monitor.app.patience import patiently
from monitor.app.stores import Stores
from monitor.incidents.oncall import OnCall


def acknowledge(stores: Stores, incident: int, who: str, why: str) -> None:
    """Somebody is on it."""
    _tell(stores, lambda oncall: oncall.acknowledge(incident, who, why, now()))


def resolve(stores: Stores, incident: int, who: str, why: str) -> None:
    """It is over, by a person's word."""
    _tell(stores, lambda oncall: oncall.resolve(incident, who, why, now()))


def note(stores: Stores, incident: int, who: str, words: str) -> None:
    """One more line of an incident's history; nobody is told."""
    oncall = OnCall(EvaluationStore(stores.engine), stores.settings)
    patiently(lambda: oncall.note(incident, who, words, now()))


def _tell(stores: Stores, act: Callable[[OnCall], None]) -> None:
    # A sink's fault shows before the act.
    with closing(Delivery(stores.settings, stores.outbox, stores.sent_alerts)) as delivery:
        oncall = OnCall(EvaluationStore(stores.engine), stores.settings)
        patiently(lambda: act(oncall))
        delivery.lanes()
