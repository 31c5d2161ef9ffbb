"""A sink that is configured while an incident stands hears of it, once."""

from collections.abc import Set
from datetime import datetime

from monitor.domain.telling.kinds import NoticeKind
from monitor.incidents.announcing import Announcer
from monitor.incidents.ports.transaction import IncidentTransaction


def introduce_new_sinks(
    transaction: IncidentTransaction, known: Set[str], new: Set[str], announcer: Announcer, now: datetime
) -> int:
    """Tell sinks that were not `known` before of what stands, as their routes say; how many notices that takes.

    The first evaluation of all tells nobody: it only remembers who is there. One that has another name is a new one.
    What a silence covers, or nobody else was told of, is not told here either.
    """
    transaction.keep_sinks(sorted(new), now)
    if not known:
        return 0
    notices = 0
    for incident in transaction.open_incidents():
        standing = incident.members.keys() - incident.recovered
        told = (standing & incident.announced) - announcer.quiet(standing, set(), incident)
        kind = NoticeKind.OPENED if incident.times_opened == 1 else NoticeKind.REOPENED
        facts = [incident.members[cell] for cell in sorted(told)]
        notices += announcer.tell(kind, incident, facts, only=new - incident.sinks)
    return notices
