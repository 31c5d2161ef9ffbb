"""Who hears of an incident: silences, routes and the notice itself, written where the change is written."""

from collections.abc import Callable, Iterable, Sequence, Set
from datetime import datetime

from monitor.domain.events.types import Model
from monitor.domain.incidents.history import CellSilenced, HistoryKind, HistoryLine
from monitor.domain.incidents.incidents import what_to_tell
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.about import IncidentNews, NewsReason
from monitor.domain.telling.kinds import STANDING, NoticeKind
from monitor.domain.telling.members import MemberFacts, worst_first
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.routing import worst
from monitor.domain.telling.silences import silenced_by
from monitor.incidents.ports.oncall import AnnouncingTransaction, OpenIncident
from monitor.incidents.routing import dashboard_of, room_of, sinks_of_incident, with_severity
from monitor.settings.settings import Settings


class Announcer:
    """Writes an incident's notices within a transaction.

    `now` is as of when is judged; silences and quiet hours go by the clock of `people`. `released` says when a model's
    first prediction was made.
    """

    def __init__(
        self,
        transaction: AnnouncingTransaction,
        settings: Settings,
        now: datetime,
        people: datetime,
        released: Callable[[Model], datetime | None],
    ) -> None:
        self._tx = transaction
        self._settings = settings
        self._now = now
        self._people = people
        self._released = released

    def quiet(self, broken: Set[Cell], new: Set[Cell], incident: OpenIncident) -> set[Cell]:
        """The broken cells that a silence covers; a new one's is noted in the incident's history."""
        silences = self._tx.silences(self._people)
        covered = {cell: by for cell in broken if (by := silenced_by(cell, silences, self._people))}
        for cell, silence in sorted(covered.items()):
            if cell in new:
                why = CellSilenced(cell, silence.ends, silence.reason)
                self._tx.note(incident.id, HistoryLine(self._now, silence.author, HistoryKind.SILENCED, why))
        return set(covered)

    def anyone_to_tell(self, broken: Set[Cell], incident: OpenIncident) -> bool:
        """Whether anybody is to hear, now, of broken cells that were not told of: that costs no look at outcomes."""
        if broken <= incident.announced:
            return False
        standing = broken - self.quiet(broken, set(), incident)
        kind = what_to_tell(standing, incident.announced, set(), incident.times_opened)
        if kind is None:
            return False
        sinks, _ = sinks_of_incident(self._settings, kind, standing, incident, self._people)
        return bool(sinks)

    def tell(
        self,
        kind: NoticeKind | None,
        incident: OpenIncident,
        facts: Sequence[MemberFacts],
        why: NewsReason | None = None,
        over: Sequence[MemberFacts] = (),
        silenced: Sequence[MemberFacts] = (),
        only: Set[str] | None = None,
    ) -> int:
        """Write a notice to the sinks whose routes fit, and to those that heard of the incident before.

        Where `only` some are to hear of it, to those among them.
        """
        if kind is None or not (facts or over):
            return 0
        facts, over, silenced = (
            with_severity(group, incident.times_opened, self._settings) for group in (facts, over, silenced)
        )
        notice = self._notice(kind, incident, facts, why, over, silenced)
        cells = [member.cell for member in facts or over]
        sinks, not_before = sinks_of_incident(self._settings, kind, cells, incident, self._people)
        sinks = [sink for sink in sinks if only is None or sink in only]
        if not sinks:
            return 0
        self._tx.enqueue(notice, sinks, not_before)
        if kind in STANDING:
            self._tx.mark_announced(incident.id, [member.cell for member in facts], self._now)
        return 1

    def _notice(
        self,
        kind: NoticeKind,
        incident: OpenIncident,
        members: Iterable[MemberFacts],
        why: NewsReason | None,
        over: Sequence[MemberFacts],
        silenced: Sequence[MemberFacts],
    ) -> Notice:
        ranked = sorted(members, key=worst_first)
        # A silence may cover all that is broken still.
        cell = (ranked or sorted(over, key=worst_first))[0].cell
        settings = self._settings.of(cell.model)
        intent = settings.intents.get(cell.intent)
        news = IncidentNews(
            incident=incident.id,
            times_opened=incident.times_opened,
            model=cell.model,
            members=ranked,
            over=over,
            silenced=silenced,
            reason=why,
            false_pages_per_year=settings.judge.false_pages_per_year,
            blast_radius=(intent.blast_radius if intent else "") or settings.blast_radius,
            released=self._released(cell.model),
            deploys=self._tx.deploys(cell.model.name, ranked),
            dashboard=dashboard_of(cell, settings.dashboard) or room_of(incident.id, settings.web.url),
        )
        return Notice.of_incident(
            kind,
            news,
            incident.dedup_key,
            self._now,
            severity=worst(member.severity for member in ranked or over if member.severity),
            runbook=(intent.runbook if intent else "") or settings.runbook,
        )
