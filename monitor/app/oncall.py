"""A person's word about an incident: kept in its history, and sent at once to those whom it concerns."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from connectors.sql.incidents.oncall import OnCallStore
from monitor.app.clock import now
from monitor.app.delivery import Delivery
from monitor.app.lanes import PATIENCE_S
from monitor.app.oncall_stores import OnCallStores
from monitor.app.patience import Work, patiently
from monitor.errors import NotSentError
from monitor.incidents.oncall import OnCall

log = structlog.get_logger(__name__)
WEB_PATIENCE_S = 3.0
"""As long as a browser waits for what it sent to be told, too."""


def acknowledge(
    stores: OnCallStores, incident: int, who: str, why: str, patience_s: float = PATIENCE_S
) -> None:
    """Somebody is on it. `patience_s` as for `tell_at_once`."""
    oncall = OnCall(OnCallStore(stores.engine), stores.settings)
    tell_at_once(stores, lambda: patiently(lambda: oncall.acknowledge(incident, who, why, now())), patience_s)


def note(stores: OnCallStores, incident: int, who: str, words: str) -> None:
    """One more line of an incident's history; nobody is told."""
    oncall = OnCall(OnCallStore(stores.engine), stores.settings)
    patiently(lambda: oncall.note(incident, who, words, now()))


@contextmanager
def left_to_the_agent() -> Iterator[None]:
    """What cannot be sent now is left to the agent: whoever did something in a browser hears that it is done."""
    try:
        yield
    except NotSentError as err:
        log.warning("what was said is kept, and could not be sent yet", why=str(err.__cause__))


def tell_at_once(stores: OnCallStores, act: Callable[[], Work], patience_s: float = PATIENCE_S) -> Work:
    """Do what writes notices, and send them, in so many seconds; what it gives.

    Raises:
        NotSentError: it is done, and the agent is to send what could not be sent now.
    """
    # A sink's fault shows before the act.
    delivery = Delivery(stores.settings, stores.outbox, stores.sent_alerts)
    try:
        done = act()
        try:
            delivery.lanes(patience_s)
        except Exception as err:
            raise NotSentError(f"it is kept, and could not be sent yet: {err}") from err
    finally:
        delivery.close(patience_s)
    return done
