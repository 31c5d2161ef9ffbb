"""Use case 5: a person says that an incident is over."""

from datetime import datetime

from msgspec.structs import replace

from monitor.domain.detection.detector import ended
from monitor.domain.incidents.history import HistoryKind, HistoryLine, PersonSays
from monitor.domain.incidents.incidents import IncidentState
from monitor.domain.judging.state import CellState
from monitor.domain.telling.kinds import NoticeKind
from monitor.incidents.announcing import Announcer
from monitor.incidents.oncall import open_incident
from monitor.incidents.ports.transaction import IncidentStore
from monitor.settings.settings import Settings


def resolve(store: IncidentStore, settings: Settings, number: int, who: str, why: str, now: datetime) -> None:
    """Close an incident by a person's word: its members are bet on anew from here, and page if they fall again.

    Raises:
        ConfigError: there is no such incident, or it is over.
        LeaseHeldError: an evaluation is going on.
    """
    with store.evaluation() as tx:
        incident = open_incident(tx, number)
        standing = incident.members.keys() - incident.recovered
        tx.save_members(number, incident.members.values(), incident.members, now)
        tx.close_incident(number, IncidentState.RESOLVED, now)
        tx.note(number, HistoryLine(now, who, HistoryKind.RESOLVED, why))
        kind = NoticeKind.RESOLVED if incident.announced else None
        facts = [incident.members[cell] for cell in sorted(standing)] or list(incident.members.values())
        announcer = Announcer(tx, settings, now, now, tx.released)
        announcer.tell(kind, incident, facts, PersonSays(who, why))
        tx.save([_bet_anew(state, tx.evaluated_seq()) for state in tx.cells() if state.cell in standing], {})


def _bet_anew(state: CellState, upto: int) -> CellState:
    """A cell whose fall is over by a person's word: its bet begins again behind outcome `upto`."""
    detector = state.bet.detector
    if detector is None:
        return state
    return replace(state, bet=replace(state.bet, detector=ended(detector, upto), onset=None))
