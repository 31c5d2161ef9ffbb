"""A person's word about an incident: kept in its history, and sent at once to those whom it concerns."""

from collections.abc import Callable
from typing import Generic, NamedTuple

from connectors.sql.incidents.oncall import OnCallStore
from monitor.app.clock import now
from monitor.app.delivery import Delivery
from monitor.app.lanes import PATIENCE_S
from monitor.app.oncall_stores import OnCallStores
from monitor.app.patience import Work, patiently
from monitor.errors import NotSentError
from monitor.incidents.oncall import OnCall


class Told(NamedTuple, Generic[Work]):
    """What was done, and why not everybody could be told of it yet: the agent will tell them."""

    done: Work
    unsent: Exception | None = None


def acknowledge(stores: OnCallStores, incident: int, who: str, why: str) -> None:
    """Somebody is on it."""
    oncall = OnCall(OnCallStore(stores.engine), stores.settings)
    tell_at_once(stores, lambda: oncall.acknowledge(incident, who, why, now()))


def note(stores: OnCallStores, incident: int, who: str, words: str) -> None:
    """One more line of an incident's history; nobody is told."""
    oncall = OnCall(OnCallStore(stores.engine), stores.settings)
    patiently(lambda: oncall.note(incident, who, words, now()))


def tell_at_once(stores: OnCallStores, act: Callable[[], Work]) -> Work:
    """Do what writes notices, and send them; what it gives.

    Raises:
        NotSentError: it is done, and the agent is to send what could not be sent now.
    """
    done, unsent = act_then_send(stores, lambda: patiently(act), PATIENCE_S)
    if unsent is not None:
        raise NotSentError(f"it is kept, and could not be sent yet: {unsent}") from unsent
    return done


def act_then_send(stores: OnCallStores, act: Callable[[], Work], patience_s: float) -> Told[Work]:
    """Do what writes notices, and send them in so many seconds at most."""
    # A sink's fault shows before the act.
    delivery = Delivery(stores.settings, stores.outbox, stores.sent_alerts)
    try:
        done = act()
        try:
            delivery.lanes(patience_s)
        except Exception as err:  # noqa: BLE001 - whatever a lane fails by, the act is done
            return Told(done, err)
        return Told(done)
    finally:
        delivery.close(patience_s)
