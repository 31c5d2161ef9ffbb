"""A person's word about an incident: kept in its history, and sent at once to those whom it concerns."""

from collections.abc import Callable
from contextlib import closing

from connectors.sql.incidents.oncall import OnCallStore
from monitor.app.clock import now
from monitor.app.delivery import Delivery
from monitor.app.oncall_stores import OnCallStores
from monitor.app.patience import Work, patiently
from monitor.incidents.oncall import OnCall


def acknowledge(stores: OnCallStores, incident: int, who: str, why: str) -> None:
    """Somebody is on it."""
    oncall = OnCall(OnCallStore(stores.engine), stores.settings)
    tell_at_once(stores, lambda: oncall.acknowledge(incident, who, why, now()))


def note(stores: OnCallStores, incident: int, who: str, words: str) -> None:
    """One more line of an incident's history; nobody is told."""
    oncall = OnCall(OnCallStore(stores.engine), stores.settings)
    patiently(lambda: oncall.note(incident, who, words, now()))


def tell_at_once(stores: OnCallStores, act: Callable[[], Work]) -> Work:
    """Do what writes notices, and send them; what it gives."""
    # A sink's fault shows before the act.
    with closing(Delivery(stores.settings, stores.outbox, stores.sent_alerts)) as delivery:
        done = patiently(act)
        delivery.lanes()
    return done
