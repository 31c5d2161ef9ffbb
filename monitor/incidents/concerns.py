"""What people are told that is no incident: cells that cannot be watched, and labels that stopped coming."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from monitor.domain.events.types import Model
from monitor.domain.judging.judge import Verdict, lasting_blindness, silences
from monitor.domain.judging.state import CellState, ModelState
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.about import FlowsAgain, WhyConcerned
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.notices import Notice
from monitor.incidents.ports import IncidentTransaction
from monitor.incidents.routing import sinks_of
from monitor.settings.settings import Settings

BLIND_FOR = timedelta(days=1)
SILENT_FOR = timedelta(hours=3)
Told = Mapping[Model, Sequence[tuple[CellState, WhyConcerned]]]


class Concerns:
    """Writes these notices within the evaluation's transaction, each once.

    By our own clock a cell must have been blind for a day, or silent for three hours: an agent that reads a
    backlog has not met the labels yet.
    """

    def __init__(self, transaction: IncidentTransaction, settings: Settings, now: datetime) -> None:
        self._tx = transaction
        self._settings = settings
        self._now = now

    def tell(self, cells: Mapping[Cell, CellState], models: Mapping[Model, ModelState]) -> int:
        """Tell what is new of these; how many notices that takes."""
        states = sorted(cells.values(), key=lambda state: state.cell)
        told = self._enqueue(NoticeKind.BLIND, self._blind(states, models))
        stale, flowing = self._silent(states)
        told += self._enqueue(NoticeKind.STALE, stale)
        return told + self._enqueue(NoticeKind.FLOWING, flowing)

    def tell_versions(self, known: Collection[Model], models: Collection[Model]) -> int:
        """Tell sinks that show changes beside incidents of a model's new version; how many notices that takes."""
        sinks = [sink.name for sink in self._settings.sinks if sink.hears_of_versions]
        told = 0
        for model in sorted(set(models) - set(known)):
            if sinks and any((old.name, old.environment) == (model.name, model.environment) for old in known):
                self._tx.enqueue(Notice.of_version(model, self._now), sinks)
                told += 1
        return told

    def _blind(self, states: Sequence[CellState], models: Mapping[Model, ModelState]) -> Told:
        """Watched cells that cannot be watched, and that nobody was told of.

        Not before a release is as old as `detect_within_days`: until then labels may still come. A cell that
        could be watched for a while and no longer can is told of again.
        """
        patience = timedelta(days=self._settings.judge.detect_within_days)
        found: dict[Model, list[tuple[CellState, WhyConcerned]]] = defaultdict(list)
        for state in states:
            cause = lasting_blindness(state.judgement)
            if cause is None:
                state.blind_since = None
                if state.judgement.verdict is not Verdict.BLIND and not state.broken:
                    state.told = None
                continue
            state.blind_since = state.blind_since or self._now
            first = models.get(state.cell.model, ModelState()).first_prediction
            if first is None or self._now - first < patience or state.told or not state.watched:
                continue
            if self._now - state.blind_since >= BLIND_FOR:
                state.told = cause
                found[state.cell.model].append((state, state.judgement.reasons[0]))
        return found

    def _silent(self, states: Sequence[CellState]) -> tuple[Told, Told]:
        """Watched intents whose labels, or whose model's predictions, stopped; and those that flow again."""
        stale: dict[Model, list[tuple[CellState, WhyConcerned]]] = defaultdict(list)
        flowing: dict[Model, list[tuple[CellState, WhyConcerned]]] = defaultdict(list)
        for state in states:
            if not state.watched or state.cell.slice:
                continue
            reasons = silences(state.judgement)
            if not reasons:
                if state.silence_told:
                    flowing[state.cell.model].append((state, FlowsAgain()))
                state.silent_since, state.silence_told = None, False
                continue
            state.silent_since = state.silent_since or self._now
            if not state.silence_told and self._now - state.silent_since >= SILENT_FOR:
                state.silence_told = True
                stale[state.cell.model].append((state, reasons[0]))
        return stale, flowing

    def _enqueue(self, kind: NoticeKind, found: Told) -> int:
        for model, cells in found.items():
            notice = Notice.of_cells(kind, model, [(state.cell, why) for state, why in cells], self._now)
            severities = [(state.cell, notice.severity) for state, _ in cells]
            sinks, not_before = sinks_of(self._settings, severities, notice.severity, self._now)
            self._tx.enqueue(notice, sinks, not_before)
        return len(found)
