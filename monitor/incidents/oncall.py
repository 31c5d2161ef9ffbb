"""Use case 5: what a person has to say about an incident that goes on."""

from datetime import datetime

from monitor.domain.incidents.history import HistoryKind, HistoryLine, PersonSays
from monitor.domain.incidents.incidents import IncidentState
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.members import told_of
from monitor.errors import ConfigError, InputError, NotFoundError
from monitor.incidents.announcing import Announcer
from monitor.incidents.ports.oncall import OnCallStore, OnCallTransaction, OpenIncident
from monitor.settings.settings import Settings


class OnCall:
    """A person's words about an incident, saved with who said them; sinks are told what concerns them.

    Every method raises ConfigError where there is no such incident or it is in no state for that, InputError where the
    words will not do, and LeaseHeldError while an evaluation is going on.
    """

    def __init__(self, store: OnCallStore, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def acknowledge(self, number: int, who: str, why: str, now: datetime) -> None:
        """Somebody is on it: the pager stops, the incident stays open."""
        check_words(who)
        with self._store.evaluation() as tx:
            incident = open_incident(tx, number)
            if incident.state == IncidentState.ACKNOWLEDGED:
                raise ConfigError(
                    [f"incident {number} is acknowledged already{_by(tx.acknowledgement(number))}"]
                )
            tx.set_state(number, IncidentState.ACKNOWLEDGED)
            tx.note(number, HistoryLine(now, who, HistoryKind.ACKNOWLEDGED, why))
            facts = told_of(
                facts for cell, facts in incident.members.items() if cell not in incident.recovered
            )
            kind = NoticeKind.ACKNOWLEDGED if incident.announced else None
            announcer = Announcer(tx, self._settings, now, now, tx.released)
            announcer.tell(kind, incident, facts, PersonSays(who, why))

    def note(self, number: int, who: str, words: str, now: datetime) -> None:
        """One more line of its history; nobody is told."""
        check_words(who, words)
        with self._store.evaluation() as tx:
            _existing(tx, number)
            tx.note(number, HistoryLine(now, who, HistoryKind.NOTE, words))


def check_words(who: str, words: str | None = None) -> None:
    """Whether a person is named, and, where there must be `words`, whether there are any.

    Raises:
        InputError: with each that is missing.
    """
    missing = {} if who.strip() else {"--by": "say who you are: it is kept beside what you did"}
    if words is not None and not words.strip():
        missing["WORDS"] = "say what to remember"
    if missing:
        raise InputError(missing)


def open_incident(tx: OnCallTransaction, number: int) -> OpenIncident:
    """The incident with this number.

    Raises:
        ConfigError: there is none, or it is over.
    """
    incident = _existing(tx, number)
    if incident.state not in (IncidentState.OPENED, IncidentState.ACKNOWLEDGED):
        raise ConfigError([f"incident {number} is {incident.state}, there is nothing left to do"])
    return incident


def _by(line: HistoryLine | None) -> str:
    return f", by {line.who} at {line.at:%Y-%m-%d %H:%M} UTC" if line is not None else ""


def _existing(tx: OnCallTransaction, number: int) -> OpenIncident:
    incident = tx.incident(number)
    if incident is None:
        raise NotFoundError([f"there is no incident {number}; `anchorwatch incident list` shows them all"])
    return incident
