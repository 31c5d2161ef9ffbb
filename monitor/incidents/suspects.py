"""Notes about suspects: written once an excursion, by model, and never of a cell that a silence covers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property

from msgspec.structs import replace

from monitor.domain.detection.detectability import fallen_recall
from monitor.domain.events.types import Model
from monitor.domain.judging.noting import labels_to_page, note_level, worth_a_note
from monitor.domain.judging.state import CellState, ModelState, Notified, days_observed
from monitor.domain.recall.estimate import Estimate
from monitor.domain.telling.about import SuspectedCell, Suspects
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.silences import Silence, silenced_by
from monitor.incidents.ports.transaction import IncidentTransaction
from monitor.incidents.routing import sinks_of
from monitor.settings.settings import Settings


class SuspectNotes:
    """Notes what reaches the level that `judge.notes_per_year` leaves, at `now`; quiet hours go by `people`."""

    def __init__(
        self, transaction: IncidentTransaction, settings: Settings, now: datetime, people: datetime
    ) -> None:
        self._tx = transaction
        self._settings = settings
        self._now = now
        self._people = people
        judge = settings.judge
        self._level = note_level(judge.false_pages_per_year, judge.notes_per_year)

    def noted(self, state: CellState, before: Notified) -> Notified:
        """What people were told of a cell, once what is new is. A silenced one waits until the silence ends."""
        stands = bool(state.held.watched) and worth_a_note(
            before.suspicion_noted, state.evidence, self._level, paged=state.bet.broken
        )
        if stands and not before.suspicion_noted and silenced_by(state.cell, self._silences, self._people):
            stands = False
        return replace(before, suspicion_noted=stands)

    def waits(self, state: CellState) -> bool:
        """Whether a note of a cell waits for the end of a silence."""
        note = state.notified
        return (
            bool(state.held.watched)
            and not note.suspicion_noted
            and worth_a_note(False, state.evidence, self._level, paged=state.bet.broken)
        )

    def write(self, new: Mapping[Model, Sequence[CellState]], models: Mapping[Model, ModelState]) -> int:
        """Write a note a model about the cells that are noted anew; how many notices that takes."""
        for model, states in new.items():
            first = models.get(model, ModelState()).first_prediction
            days = days_observed(first, self._now)
            ranked = sorted(states, key=lambda state: (-state.evidence, state.cell))
            suspects = Suspects(
                model=model,
                cells=[_suspected(state, days) for state in ranked],
                notes_per_year=self._settings.judge.notes_per_year,
            )
            notice = Notice.of_suspects(suspects, min(self._now, self._people))
            severities = [(state.cell, notice.severity) for state in states]
            sinks, not_before = sinks_of(self._settings, severities, notice.severity, self._people)
            self._tx.enqueue(notice, sinks, not_before)
        return len(new)

    @cached_property
    def _silences(self) -> Sequence[Silence]:
        return self._tx.silences(self._people)


def _suspected(state: CellState, days: float) -> SuspectedCell:
    floor, live = state.held.floor or 0.0, state.labels.reading
    return SuspectedCell(
        cell=state.cell,
        evidence=state.evidence,
        floor=floor,
        live=Estimate(live.recall, *live.interval) if live.recall is not None else None,
        live_support=state.labels.tally.support,
        weighted=not live.method.at_all_times,
        fallen=fallen_recall(floor),
        labels_to_page=labels_to_page(state.evidence, floor),
        labels_per_day=state.labels.per_day(days),
    )
