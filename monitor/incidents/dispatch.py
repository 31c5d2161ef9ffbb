"""Use case 3: what broke -> incident -> notice, written with the evaluation; `monitor.deliver.deliver` sends it."""

from collections.abc import Collection, Container, Iterable, Mapping, Sequence, Set
from datetime import datetime, timedelta
from functools import cached_property

import msgspec

from monitor.domain.anchors.promise import Anchor
from monitor.domain.detection.detector import Signal, SignalKind
from monitor.domain.events.types import Model
from monitor.domain.incidents.history import (
    CellsBroke,
    Happening,
    HistoryKind,
    HistoryLine,
    MembersChanged,
    MissesSooner,
)
from monitor.domain.incidents.incidents import Change, IncidentState, what_to_tell, why_notify
from monitor.domain.judging.state import CellState, ModelState
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.members import told_of
from monitor.domain.telling.neighbours import neighbours
from monitor.incidents.announcing import Announcer
from monitor.incidents.membership import facts_now
from monitor.incidents.new_sinks import introduce_new_sinks
from monitor.incidents.ports.oncall import OpenIncident
from monitor.incidents.ports.transaction import IncidentTransaction
from monitor.incidents.shadows import explained_cells, shadows_before
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
        people = now if people is None else people
        self._now = min(now, people)

        def released(model: Model) -> datetime | None:
            state = models.get(model)
            return state.first_prediction if state else None

        self._models = models
        self._announcer = Announcer(transaction, settings, self._now, people, released)

    def incidents(
        self,
        owner: tuple[str, str],
        judged: Mapping[Cell, CellState],
        cells: Mapping[Cell, CellState],
        anchors: Mapping[Model, Anchor],
        signals: Mapping[Cell, Sequence[Signal]],
        moved: Set[Cell],
        aged: Mapping[Cell, float | None],
    ) -> int:
        """Bring the incident of a model in an environment up to date; how many notices that takes.

        `judged` are the owner's cells that were judged now, all broken ones among them; `cells` are all of its cells,
        which are looked at only where people are told something. `moved` are those with new or corrected outcomes: of
        others, no outcome is read again. `aged` are those whose page stands although predictions of another age, in
        seconds, are bet on now.
        """
        self._note_ages(owner, {cell: aged[cell] for cell in judged if cell in aged})
        paging = [state for state in judged.values() if state.held.watched]
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
        incident, broke = self._tx.open_incident(*owner), None
        members = set(incident.members) - incident.recovered if incident else set()
        explained, shadowed = explained_cells(self._tx, incident, broken, moved, cells, pages)
        broken = broken - explained.keys()
        bare = shadows_before(incident).keys() & broken - shadowed.keys()
        change = why_notify(broken, members, healed, {cell for cell in members if self._retired(cell.model)})
        if incident is None:
            if not change.joined:
                return 0
            incident, broke = self._opened(owner, change, shadowed)
        elif change.why is not None:
            what = HistoryKind(change.closes) if change.closes else HistoryKind.CHANGED
            self._note(incident, what, _without(change.why, shadowed, bare))
        elif bare:
            self._note(incident, HistoryKind.CHANGED, MembersChanged(tuple(sorted(bare))))
        elif not self._announcer.anyone_to_tell(broken - shadowed.keys(), incident):
            return 0
        facts = {
            cell: facts_now(
                self._tx,
                cells[cell],
                cells.values(),
                anchors.get(cell.model),
                pages.get(cell),
                known,
                self._now,
            )
            for cell in sorted(broken | members)
            # One that is back after it had recovered joins anew.
            for known in [incident.members[cell] if cell in members else None]
        }
        released = {model: state.first_prediction for model, state in self._models.items()}
        for cell, member in facts.items():
            beside = neighbours(cell, cells, released)
            facts[cell] = msgspec.structs.replace(
                member,
                before=beside.before,
                siblings=beside.siblings,
                explained=shadowed.get(cell),
                noted_early=self._tx.noted_early(cell.model, cell.intent, member.onset),
            )
        for cell, telling in explained.items():
            facts[cell.whole] = facts[cell.whole].with_slice(cell.slice_text, telling=telling)
        self._tx.save_members(incident.id, facts.values(), change.over, self._now)
        if change.closes:
            self._tx.close_incident(incident.id, change.closes, self._now)
            kind = change.tell if incident.announced else None  # who heard of no fall hears of no end
            return self._announcer.tell(
                kind,
                incident,
                told_of(facts.values()),
                change.why if change.withdrawn or change.retired else None,
            )
        told = broken - shadowed.keys()
        quiet = self._announcer.quiet(told, set(change.joined) & told, incident)
        kind = what_to_tell(told, incident.announced, quiet, incident.times_opened)
        over = [facts[cell] for cell in change.over if cell in incident.announced]
        if kind is None and over:
            kind = NoticeKind.MEMBER_RECOVERED
        silenced = [facts[cell] for cell in sorted(quiet & incident.announced)]
        standing = [facts[cell] for cell in told - quiet]
        not_all_recovered = kind is NoticeKind.MEMBER_RECOVERED and (change.withdrawn or change.retired)
        why = change.why if not_all_recovered else broke
        return self._announcer.tell(kind, incident, standing, why, over=over, silenced=silenced)

    @property
    def new_sinks(self) -> Set[str]:
        """The sinks that were not configured when something was last judged."""
        return {sink.name for sink in self._settings.sinks} - self._known_sinks

    def introduce_sinks(self) -> int:
        """Tell new sinks what stands; how many notices that takes."""
        return introduce_new_sinks(self._tx, self._known_sinks, self.new_sinks, self._announcer, self._now)

    @cached_property
    def _known_sinks(self) -> Set[str]:
        return self._tx.known_sinks()

    def _retired(self, model: Model) -> bool:
        state = self._models.get(model)
        return state is not None and state.retirement is not None

    def _opened(
        self, owner: tuple[str, str], change: Change, shadowed: Container[Cell]
    ) -> tuple[OpenIncident, CellsBroke | None]:
        """A new incident; or, where a member of one that closed lately broke again, that one reopened.

        With it, of a new one that comes after another of the same intents, which that was.
        """
        since = self._now - timedelta(hours=self._settings.incidents.reopen_within_hours)
        last = self._tx.lately_closed(*owner, since)
        joined = tuple(cell for cell in change.joined if cell not in shadowed)
        if last is not None and set(change.joined) & set(last.members):
            self._tx.reopen_incident(last.id)
            again = last._replace(
                state=IncidentState.OPENED,
                times_opened=last.times_opened + 1,
                recovered=set(last.members),
                announced=set(),
            )
            self._note(again, HistoryKind.REOPENED, CellsBroke(joined, again.times_opened))
            return again, None
        before = self._tx.ended_before(*owner, joined)
        incident = self._tx.new_incident(*owner, self._now)
        broke = CellsBroke(joined, after=before)
        self._note(incident, HistoryKind.OPENED, broke)
        return incident, broke if before is not None else None

    def _note_ages(self, owner: tuple[str, str], ages: Mapping[Cell, float | None]) -> None:
        incident = self._tx.open_incident(*owner) if ages else None
        standing = sorted(ages.keys() & incident.members.keys() - incident.recovered) if incident else []
        for age_s in sorted({ages[cell] for cell in standing}, key=lambda age_s: age_s or 0.0):
            cells = tuple(cell for cell in standing if ages[cell] == age_s)
            if incident is not None:
                self._note(incident, HistoryKind.CHANGED, MissesSooner(cells, age_s))

    def _note(self, incident: OpenIncident, what: HistoryKind, why: Happening) -> None:
        self._tx.note(incident.id, HistoryLine(self._now, "anchorwatch", what, why))


def _without(why: Happening, shadowed: Container[Cell], bare: Collection[Cell]) -> Happening:
    """What changed, with those that joined apart by whether others explain them; `bare` is what none does any more."""
    if not isinstance(why, MembersChanged):
        return why
    joined = [cell for cell in (*why.joined, *bare) if cell not in shadowed]
    hidden = [cell for cell in why.joined if cell in shadowed]
    return msgspec.structs.replace(why, joined=tuple(sorted(joined)), explained=tuple(hidden))


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
