"""Use case 3: what broke -> incident -> notice, written with the evaluation; `monitor.deliver.deliver` sends it."""

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime, timedelta

import msgspec

from monitor.domain.anchors.promise import Anchor
from monitor.domain.detection.detector import Signal, SignalKind
from monitor.domain.events.types import Model
from monitor.domain.incidents.facts import fell_at, member_facts
from monitor.domain.incidents.history import (
    CellsBroke,
    CellSilenced,
    Happening,
    HistoryKind,
    HistoryLine,
    PersonSays,
)
from monitor.domain.incidents.incidents import Change, IncidentState, what_to_tell, why_notify
from monitor.domain.judging.state import CellState, ModelState
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.about import IncidentNews, NewsReason
from monitor.domain.telling.kinds import STANDING, NoticeKind
from monitor.domain.telling.members import MemberFacts
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.routing import worst
from monitor.domain.telling.silences import silenced_by
from monitor.incidents.explaining import explained_before, explained_slices, outcomes_since
from monitor.incidents.ports import IncidentTransaction, OpenIncident
from monitor.incidents.routing import dashboard_of, sinks_of_incident, with_severity
from monitor.settings.settings import Settings


class Dispatch:
    """Turns broken cells into incidents and notices, within the evaluation's transaction.

    `now` is as of when is judged: of files, their own time. Silences and quiet hours go by the clock of `people`
    (`now`, where it is not given), and nothing is said to have happened later: Alertmanager would refuse that.
    """

    def __init__(
        self,
        transaction: IncidentTransaction,
        settings: Settings,
        now: datetime,
        models: Mapping[Model, ModelState],
        people: datetime | None = None,
    ) -> None:
        self._tx = transaction
        self._settings = settings
        self._people = now if people is None else people
        self._now = min(now, self._people)
        self._models = models

    def incidents(
        self,
        owner: tuple[str, str],
        cells: Mapping[Cell, CellState],
        anchors: Mapping[Model, Anchor],
        signals: Mapping[Cell, Sequence[Signal]],
        moved: Set[Cell],
    ) -> int:
        """Bring the incident of a model in an environment up to date; how many notices that takes.

        `cells` are all of the owner's. `moved` are those with new or corrected outcomes: of others, no outcome is
        read again.
        """
        paging = [state for state in cells.values() if state.held.watched]
        pages = _pages(paging, signals)
        healed = {
            state.cell
            for state in paging
            if not state.bet.broken
            and any(signal.kind is SignalKind.RECOVERED for signal in signals.get(state.cell, ()))
        }
        # What broke and healed within one evaluation is told as both, in that order.
        return sum(
            self._bring_up_to_date(owner, broken, healed, cells, anchors, pages, moved)
            for broken in ({*pages}, {state.cell for state in paging if state.bet.broken})
        )

    def _bring_up_to_date(
        self,
        owner: tuple[str, str],
        broken: Set[Cell],
        healed: Set[Cell],
        cells: Mapping[Cell, CellState],
        anchors: Mapping[Model, Anchor],
        pages: Mapping[Cell, Signal],
        moved: Set[Cell],
    ) -> int:
        incident = self._tx.open_incident(*owner)
        members = set(incident.members) - incident.recovered if incident else set()
        known = explained_before(incident, moved) if incident else set[Cell]()
        explained = explained_slices(self._tx, broken - members, broken, pages, known)
        broken = broken - explained
        change = why_notify(broken, members, healed)
        if incident is None:
            if not change.joined:
                return 0
            incident = self._opened(owner, change)
        elif change.why is not None:
            what = HistoryKind(change.closes) if change.closes else HistoryKind.CHANGED
            self._note(incident, what, change.why)
        elif not self._anyone_to_tell(broken, incident):
            return 0
        facts = {
            cell: self._facts(cells[cell], anchors.get(cell.model), pages.get(cell), known)
            for cell in sorted(broken | members)
            # One that is back after it had recovered joins anew.
            for known in [incident.members[cell] if cell in members else None]
        }
        for cell in explained:
            whole = cell.whole
            facts[whole] = msgspec.structs.replace(
                facts[whole], slices=sorted({*facts[whole].slices, cell.slice_text})
            )
        self._tx.save_members(incident.id, facts.values(), (*change.recovered, *change.withdrawn), self._now)
        if change.closes:
            self._tx.close_incident(incident.id, change.closes, self._now)
            kind = change.tell if incident.announced else None  # who heard of no fall hears of no end
            return self._tell(kind, incident, list(facts.values()), change.why if change.withdrawn else None)
        quiet = self._quiet(broken, set(change.joined), incident)
        kind = what_to_tell(broken, incident.announced, quiet, incident.times_opened)
        over = [facts[cell] for cell in (*change.recovered, *change.withdrawn) if cell in incident.announced]
        if kind is None and over:
            kind = NoticeKind.MEMBER_RECOVERED
        return self._tell(kind, incident, [facts[cell] for cell in broken - quiet], over=over)

    def _opened(self, owner: tuple[str, str], change: Change) -> OpenIncident:
        """A new incident; or, where a member of one that closed lately broke again, that one reopened."""
        since = self._now - timedelta(hours=self._settings.incidents.reopen_within_hours)
        last = self._tx.lately_closed(*owner, since)
        if last is not None and set(change.joined) & set(last.members):
            self._tx.reopen_incident(last.id)
            again = last._replace(
                state=IncidentState.OPENED,
                times_opened=last.times_opened + 1,
                recovered=set(last.members),
                announced=set(),
            )
            self._note(again, HistoryKind.REOPENED, CellsBroke(change.joined, again.times_opened))
            return again
        incident = self._tx.new_incident(*owner, self._now)
        self._note(incident, HistoryKind.OPENED, CellsBroke(change.joined))
        return incident

    def _quiet(self, broken: Set[Cell], new: Set[Cell], incident: OpenIncident) -> set[Cell]:
        """The broken cells that a silence covers; a new one's is noted in the incident's history."""
        silences = self._tx.silences(self._people)
        covered = {cell: by for cell in broken if (by := silenced_by(cell, silences, self._people))}
        for cell, silence in sorted(covered.items()):
            if cell in new:
                why = CellSilenced(cell, silence.ends, silence.reason)
                self._tx.note(incident.id, HistoryLine(self._now, silence.author, HistoryKind.SILENCED, why))
        return set(covered)

    def _anyone_to_tell(self, broken: Set[Cell], incident: OpenIncident) -> bool:
        """Whether anybody is to hear, now, of broken cells that were not told of: that costs no look at outcomes."""
        if broken <= incident.announced:
            return False
        standing = broken - self._quiet(broken, set(), incident)
        kind = what_to_tell(standing, incident.announced, set(), incident.times_opened)
        if kind is None:
            return False
        sinks, _ = sinks_of_incident(self._settings, kind, standing, incident, self._now)
        return bool(sinks)

    def end(self, incident: OpenIncident, who: str, why: str) -> int:
        """A person says that it is over."""
        standing = set(incident.members) - incident.recovered
        self._tx.save_members(incident.id, incident.members.values(), incident.members, self._now)
        self._tx.close_incident(incident.id, IncidentState.RESOLVED, self._now)
        self._tx.note(incident.id, HistoryLine(self._now, who, HistoryKind.RESOLVED, why))
        kind = NoticeKind.RESOLVED if incident.announced else None
        facts = [incident.members[cell] for cell in sorted(standing)] or list(incident.members.values())
        return self._tell(kind, incident, facts, PersonSays(who, why))

    def acknowledge(self, incident: OpenIncident, who: str, why: str) -> int:
        """Somebody is on it."""
        self._tx.set_state(incident.id, IncidentState.ACKNOWLEDGED)
        self._tx.note(incident.id, HistoryLine(self._now, who, HistoryKind.ACKNOWLEDGED, why))
        facts = [facts for cell, facts in incident.members.items() if cell not in incident.recovered]
        kind = NoticeKind.ACKNOWLEDGED if incident.announced else None
        return self._tell(kind, incident, facts, PersonSays(who, why))

    def _note(self, incident: OpenIncident, what: HistoryKind, why: Happening) -> None:
        self._tx.note(incident.id, HistoryLine(self._now, "anchorwatch", what, why))

    def _tell(
        self,
        kind: NoticeKind | None,
        incident: OpenIncident,
        facts: Sequence[MemberFacts],
        why: NewsReason | None = None,
        over: Sequence[MemberFacts] = (),
    ) -> int:
        """Write a notice to the sinks whose routes fit, and to those that heard of the incident before."""
        if kind is None or not (facts or over):
            return 0
        facts, over = (with_severity(group, incident.times_opened, self._settings) for group in (facts, over))
        notice = self._notice(kind, incident, facts, why, over)
        cells = [member.cell for member in facts or over]
        sinks, not_before = sinks_of_incident(self._settings, kind, cells, incident, self._people)
        if not sinks:
            return 0
        self._tx.enqueue(notice, sinks, not_before)
        if kind in STANDING:
            self._tx.mark_announced(incident.id, [member.cell for member in facts], self._now)
        return 1

    def _facts(
        self, state: CellState, anchor: Anchor | None, page: Signal | None, known: MemberFacts | None
    ) -> MemberFacts:
        """A member's facts now. Where its page no longer stands, they are told since the onset it had.

        Where another anchor was activated that never measured the intent, they stay as they were.
        """
        cell = state.cell
        promise = None
        if anchor is not None:
            promise = anchor.promise(cell.intent, cell.slice) or anchor.promise(cell.intent)
        if promise is None and known is not None:
            return known
        if page is None and known is not None:
            evidence = state.bet.detector.evidence if state.bet.detector else 0.0
            page = Signal(SignalKind.PAGED, known.page_seq, known.onset_seq, evidence)
        if promise is None or page is None:
            raise AssertionError(f"{state.cell} is in an incident without a promise or a page")
        since = outcomes_since(self._tx, state.cell, page.onset)
        onset = fell_at(since) or self._now
        facts = member_facts(
            state,
            promise,
            page,
            since,
            self._tx.labelled_share(state.cell.model, onset),
            self._now,
        )
        if known is None:
            return facts
        return msgspec.structs.replace(facts, noticed=known.noticed, slices=known.slices)

    def _notice(
        self,
        kind: NoticeKind,
        incident: OpenIncident,
        members: Iterable[MemberFacts],
        why: NewsReason | None,
        over: Sequence[MemberFacts],
    ) -> Notice:
        ranked = sorted(members, key=_worst_first)
        cell = (ranked or sorted(over, key=_worst_first))[
            0
        ].cell  # a silence may cover all that is broken still
        intent = self._settings.intents.get(cell.intent)
        state = self._models.get(cell.model)
        news = IncidentNews(
            incident=incident.id,
            times_opened=incident.times_opened,
            model=cell.model,
            members=ranked,
            over=over,
            reason=why,
            false_pages_per_year=self._settings.judge.false_pages_per_year,
            blast_radius=(intent.blast_radius if intent else "") or self._settings.blast_radius,
            released=state.first_prediction if state else None,
            dashboard=dashboard_of(cell, self._settings.dashboard),
        )
        return Notice.of_incident(
            kind,
            news,
            incident.dedup_key,
            self._now,
            severity=worst(member.severity for member in ranked or over if member.severity),
            runbook=(intent.runbook if intent else "") or self._settings.runbook,
        )


def _worst_first(member: MemberFacts) -> tuple[float, Cell]:
    """By how far recall is below the floor."""
    return member.recent.value - member.floor, member.cell


def _pages(states: Iterable[CellState], signals: Mapping[Cell, Sequence[Signal]]) -> dict[Cell, Signal]:
    """The page that stands, or stood during this evaluation, per cell."""
    pages = {}
    for state in states:
        for signal in signals.get(state.cell, ()):
            if signal.kind is SignalKind.PAGED:
                pages[state.cell] = signal
        if state.bet.detector is not None and state.bet.detector.paged is not None:
            pages[state.cell] = state.bet.detector.paged
    return pages
