"""Use case 5: what people do about an incident."""

from datetime import datetime

from msgspec.structs import replace

from monitor.domain.detection.detector import ended
from monitor.domain.incidents.history import HistoryKind, HistoryLine
from monitor.domain.incidents.incidents import IncidentState
from monitor.domain.judging.state import CellState
from monitor.errors import ConfigError
from monitor.incidents.dispatch import Dispatch
from monitor.incidents.ports import IncidentStore, IncidentTransaction, OpenIncident
from monitor.settings.settings import Settings


class OnCall:
    """A person's words about an incident, saved with who said them; sinks are told what concerns them.

    Every method raises ConfigError where there is no such incident or it is in no state for that, and
    LeaseHeldError while an evaluation is going on.
    """

    def __init__(self, store: IncidentStore, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def acknowledge(self, number: int, who: str, why: str, now: datetime) -> None:
        """Somebody is on it: the pager stops, the incident stays open."""
        with self._store.evaluation() as tx:
            incident = _open(tx, number)
            if incident.state == IncidentState.ACKNOWLEDGED:
                raise ConfigError([f"incident {number} is acknowledged already"])
            Dispatch(tx, self._settings, now, tx.models()).acknowledge(incident, who, why)

    def resolve(self, number: int, who: str, why: str, now: datetime) -> None:
        """It is over, by a person's word: its members are bet on anew from here, and page if they fall again."""
        with self._store.evaluation() as tx:
            incident = _open(tx, number)
            Dispatch(tx, self._settings, now, tx.models()).end(incident, who, why)
            standing = incident.members.keys() - incident.recovered
            tx.save([_bet_anew(s, tx.evaluated_seq()) for s in tx.cells() if s.cell in standing], {})

    def note(self, number: int, who: str, words: str, now: datetime) -> None:
        """One more line of its history; nobody is told."""
        with self._store.evaluation() as tx:
            _existing(tx, number)
            tx.note(number, HistoryLine(now, who, HistoryKind.NOTE, words))


def _bet_anew(state: CellState, upto: int) -> CellState:
    """A cell whose fall is over by a person's word: its bet begins again behind outcome `upto`."""
    detector = state.bet.detector
    if detector is None:
        return state
    return replace(state, bet=replace(state.bet, detector=ended(detector, upto), onset=None))


def _existing(tx: IncidentTransaction, number: int) -> OpenIncident:
    incident = tx.incident(number)
    if incident is None:
        raise ConfigError([f"there is no incident {number}; `anchorwatch incident list` shows them all"])
    return incident


def _open(tx: IncidentTransaction, number: int) -> OpenIncident:
    incident = _existing(tx, number)
    if incident.state not in (IncidentState.OPENED, IncidentState.ACKNOWLEDGED):
        raise ConfigError([f"incident {number} is {incident.state}, there is nothing left to do"])
    return incident
