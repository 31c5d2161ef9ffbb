"""A person's word that an incident is over: its cells are bet on anew, and whom it concerns hears of it at once."""

from connectors.sql.evaluate.store import EvaluationStore
from monitor.app.clock import now
from monitor.app.oncall import tell_at_once
from monitor.app.oncall_stores import OnCallStores
from monitor.domain.incidents.history import EndedByPerson
from monitor.incidents.resolving import check_reason
from monitor.incidents.resolving import resolve as resolve_in


def resolve(stores: OnCallStores, incident: int, who: str, why: str) -> EndedByPerson:
    """It is over; what was written of it.

    Raises:
        InputError: there is no reason.
    """
    check_reason(why)
    store = EvaluationStore(stores.engine)
    return tell_at_once(stores, lambda: resolve_in(store, stores.settings, incident, who, why, now()))
