"""Use case: silences of the systems that alerts are sent to are read, kept to be shown, and told in the history."""

from collections.abc import Iterable
from datetime import datetime

import structlog

from monitor.domain.incidents.history import HistoryKind, HistoryLine, SilencedElsewhere
from monitor.domain.telling.silences_elsewhere import known_elsewhere
from monitor.errors import DeliveryError
from monitor.incidents.ports.silences_elsewhere import SilencesElsewhere, SilencingSink

log = structlog.get_logger(__name__)


def heed_silences(sinks: Iterable[SilencingSink], store: SilencesElsewhere, now: datetime) -> int:
    """Read what each has, and note the incidents that somebody knows of there; how many that were.

    The incident stays as it is: nobody else's page stops, and when the silence ends the alert is told there again. What
    one sink does not say keeps no other from being read.

    Raises:
        LeaseHeldError: an evaluation is going on; what is left is noted the next time.
    """
    noted = 0
    for sink in sinks:
        try:
            read = sink.read(now)
        except DeliveryError as error:
            log.warning("silences could not be read", sink=sink.name, why=str(error))
            continue
        store.keep(sink.name, read.silences)
        for page in store.standing(sink.name):
            known = known_elsewhere(sink.name, page.alerts, read, now) if page.whole else None
            if known is None or known.silences in page.told:
                continue
            why = SilencedElsewhere(known.sink, known.silences, known.until, "; ".join(known.reasons))
            who = f"{', '.join(filter(None, known.authors)) or 'somebody'} ({sink.name})"
            store.note(page.incident, HistoryLine(now, who, HistoryKind.ACKNOWLEDGED_ELSEWHERE, why))
            noted += 1
    return noted
