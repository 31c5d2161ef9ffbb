"""Use case 5: what people do about an incident, and what they want to hear nothing of."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from monitor.domain.detection.detector import ended
from monitor.domain.incidents.history import HistoryKind, HistoryLine
from monitor.domain.incidents.incidents import IncidentState
from monitor.domain.judging.state import CellState
from monitor.domain.telling.silences import Silence, parse_matchers
from monitor.errors import ConfigError
from monitor.incidents.dispatch import Dispatch
from monitor.incidents.ports import IncidentStore, IncidentTransaction, OpenIncident, SilenceStore
from monitor.settings.settings import Settings

LONGEST = timedelta(days=90)


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


def add_silence(
    store: SilenceStore, words: Sequence[str], author: str, reason: str, ends: datetime, now: datetime
) -> Silence:
    """Keep quiet about the cells that every matcher fits, until then.

    Raises:
        ConfigError: a matcher is malformed, or author, reason or end will not do.
    """
    matchers, problems = parse_matchers(words)
    if not words:
        problems.append("--match: name what to silence, such as --match intent=gdpr_erasure")
    if not author.strip():
        problems.append("--by: say who wants it quiet")
    if not reason.strip():
        problems.append("--reason: say why, for those who wonder at night")
    if ends <= now:
        problems.append(f"--until: {ends:%Y-%m-%d %H:%M} UTC is over; give a later time")
    elif ends - now > LONGEST:
        problems.append(f"--until: a silence lasts {LONGEST.days} days at most; renew it if need be")
    if problems:
        raise ConfigError(problems)
    return store.add(matchers, author, reason, now, ends)


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
