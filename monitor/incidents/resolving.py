"""Use case 5: a person says that an incident is over."""

from datetime import datetime

from msgspec.structs import replace

from monitor.domain.detection.ends import ended
from monitor.domain.incidents.history import EndedByPerson, HistoryKind, HistoryLine, UnconfirmedRecall
from monitor.domain.incidents.incidents import IncidentState
from monitor.domain.judging.judge import page_ended
from monitor.domain.judging.state import CellState
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.members import MemberFacts, told_of
from monitor.errors import InputError
from monitor.incidents.announcing import Announcer
from monitor.incidents.oncall import check_words, open_incident
from monitor.incidents.ports.transaction import IncidentStore
from monitor.settings.settings import Settings


def check_reason(why: str) -> None:
    """Whether somebody here who says that it is over says why. In other systems people often can't.

    Raises:
        InputError: there are no words.
    """
    if not why.strip():
        raise InputError({"--reason": "say what was done; it is kept and told"})


def resolve(
    store: IncidentStore, settings: Settings, number: int, who: str, why: str, now: datetime
) -> EndedByPerson:
    """Close an incident by a person's word: its members are bet on anew from here, and page if they fall again.

    What was written of it: the labels have not won the recall back, so what they say since the onset goes with it.

    Raises:
        ConfigError: there is no such incident, or it is over.
        InputError: nobody is named.
        LeaseHeldError: an evaluation is going on.
    """
    check_words(who)
    with store.evaluation() as tx:
        incident = open_incident(tx, number)
        standing = incident.members.keys() - incident.recovered
        tx.save_members(number, incident.members.values(), incident.members, now)
        tx.close_incident(number, IncidentState.RESOLVED, now)
        states = [state for state in tx.cells() if state.cell in standing]
        recalls = [_recall_since(incident.members[state.cell]) for state in states]
        ended_so = EndedByPerson(
            who, why, tuple(sorted(filter(None, recalls), key=lambda each: (each.recall.value, each.cell)))
        )
        tx.note(number, HistoryLine(now, who, HistoryKind.RESOLVED, ended_so))
        kind = NoticeKind.RESOLVED if incident.announced else None
        facts = told_of(incident.members[cell] for cell in sorted(standing or incident.members))
        announcer = Announcer(tx, settings, now, now, tx.released)
        announcer.tell(kind, incident, facts, ended_so)
        tx.save([_bet_anew(state, tx.evaluated_seq()) for state in states], {})
    return ended_so


def _recall_since(facts: MemberFacts) -> UnconfirmedRecall | None:
    """The very figure that its page has; None where no label since the onset is left."""
    if not facts.recent_support:
        return None
    return UnconfirmedRecall(facts.cell, facts.recent, facts.recent_support)


def _bet_anew(state: CellState, upto: int) -> CellState:
    """A cell whose fall is over by a person's word: its bet begins again behind outcome `upto`."""
    detector = state.bet.detector
    if detector is None:
        return state
    bet = replace(state.bet, detector=ended(detector, upto, state.held.bar), onset=None)
    return replace(state, bet=bet, judgement=page_ended(state.judgement))
