"""What people are told that is no incident: cells that cannot be watched, suspects, and labels that stopped."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from datetime import datetime, timedelta
from itertools import chain

from msgspec.structs import replace

from monitor.domain.events.types import Model
from monitor.domain.judging.judge import Coverage, lasting_blindness, silences
from monitor.domain.judging.standing import Standing, broken_slices, standing
from monitor.domain.judging.state import CellState, ModelState, Notified
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.about import FlowsAgain, SliceBeside, WhyConcerned
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.notices import Notice
from monitor.incidents.ports.transaction import IncidentTransaction
from monitor.incidents.routing import sinks_of
from monitor.incidents.suspects import SuspectNotes
from monitor.settings.settings import Settings

BLIND_FOR = timedelta(days=1)
BLIND_EVERY = timedelta(days=7)  # cells of a model that go blind one after the other are told together
SILENT_FOR = timedelta(hours=3)
ByModel = dict[Model, list[tuple[CellState, WhyConcerned]]]


class Concerns:
    """Writes these notices within the evaluation's transaction, each once.

    Quiet hours go by the clock of `people`, and nothing is said to have been later. By the time as of which is judged
    a cell must have been blind for a day, or silent for three hours: an agent that reads a
    backlog has not met the labels yet. `blindness_told` is since when a model's cell was blind of which people were
    told before, the latest; `slices_of` are all slices of some intents. Nobody hears of the silence of a version that
    another one has `replaced`.
    """

    def __init__(
        self,
        transaction: IncidentTransaction,
        settings: Settings,
        now: datetime,
        people: datetime,
        blindness_told: Callable[[Model], datetime | None],
        slices_of: Callable[[Set[Cell]], Iterable[CellState]],
        replaced: Set[Model] = frozenset(),
    ) -> None:
        self._tx = transaction
        self._settings = settings
        self._now = now
        self._people = people
        self._blindness_told = blindness_told
        self._slices_of = slices_of
        self._replaced = replaced
        self._at = min(now, people)
        self._suspects = SuspectNotes(transaction, settings, now, people)

    def tell(
        self, cells: Mapping[Cell, CellState], models: Mapping[Model, ModelState]
    ) -> tuple[int, dict[Cell, Notified]]:
        """Tell what is new of these; how many notices that takes, and what people were told of each cell now."""
        notified: dict[Cell, Notified] = {}
        blind: ByModel = defaultdict(list)
        stale: ByModel = defaultdict(list)
        flowing: ByModel = defaultdict(list)
        suspect: dict[Model, list[CellState]] = defaultdict(list)
        first = {model: state.first_prediction for model, state in models.items()}
        for state in sorted(cells.values(), key=lambda state: state.cell):
            model, before = state.cell.model, state.notified
            after = self._of_blindness(state, first.get(model))
            after = self._suspects.noted(state, self._of_silence(state, after))
            lasting = lasting_blindness(state.judgement)
            if lasting and after.told and not before.told:
                blind[model].append((state, lasting[1]))
            if after.silence_told and not before.silence_told:
                stale[model].append((state, silences(state.judgement)[0]))
            if before.silence_told and not after.silence_told:
                flowing[model].append((state, FlowsAgain()))
            if after.suspicion_noted and not before.suspicion_noted:
                suspect[model].append(state)
            notified[state.cell] = after
        notices = self._suspects.write(suspect, models)
        if blind or stale or flowing:
            broken = self._broken(
                {state.cell for told in (blind, stale, flowing) for state, _ in chain(*told.values())}
            )
            notices += self._enqueue(NoticeKind.BLIND, blind, broken)
            notices += self._enqueue(NoticeKind.STALE, stale, broken)
            notices += self._enqueue(NoticeKind.FLOWING, flowing, broken)
        return notices, notified

    def tell_versions(self, known: Collection[Model], models: Collection[Model]) -> int:
        """Tell sinks that show changes beside incidents of a model's new version; how many notices that takes."""
        sinks = [sink.name for sink in self._settings.sinks if sink.hears_of_versions]
        notices = 0
        for model in sorted(set(models) - set(known)):
            if sinks and any((old.name, old.environment) == (model.name, model.environment) for old in known):
                self._tx.enqueue(Notice.of_version(model, self._at), sinks)
                notices += 1
        return notices

    def next_look(self, state: CellState, first_prediction: datetime | None) -> datetime | None:
        """When a cell must be looked at again if nothing comes to it, as people may have to be told; None: never."""
        note, looks = state.notified, list[datetime]()
        if self._suspects.waits(state):
            looks.append(self._now)
        if note.silent_since is not None and not note.silence_told:
            looks.append(note.silent_since + SILENT_FOR)
        if note.blind_since is not None and not note.told and self._may_tell(state) and first_prediction:
            told = self._told_at(state.cell.model, first_prediction)
            again = [told + BLIND_EVERY] if told is not None else []
            old_enough = first_prediction + self._patience(state.cell.model)
            looks.append(max(note.blind_since + BLIND_FOR, old_enough, *again))
        return min(looks, default=None)

    def _told_at(self, model: Model, first_prediction: datetime) -> datetime | None:
        """When a model's blind cells were told of last, or could have been: as soon as the last was due."""
        since = self._blindness_told(model)
        patience = timedelta(days=self._settings.judge.detect_within_days)
        return max(since + BLIND_FOR, first_prediction + patience) if since is not None else None

    def _waits(self, model: Model, first_prediction: datetime) -> bool:
        """Whether people were just told of others of the model."""
        told = self._told_at(model, first_prediction)
        return told is not None and self._now - told < BLIND_EVERY

    def _may_tell(self, state: CellState) -> bool:
        """Whether anybody would be told that a cell is blind."""
        return state.cell.model not in self._replaced and bool(state.held.watched)

    def _patience(self, model: Model) -> timedelta:
        return timedelta(days=self._settings.of(model).judge.detect_within_days)

    def _of_blindness(self, state: CellState, first_prediction: datetime | None) -> Notified:
        """What people are told of a watched cell that cannot be watched, unless its model's others were just told of.

        Not before a release is as old as `detect_within_days`: until then labels may still come. A cell that
        could be watched for a while and no longer can is told of again.
        """
        before = state.notified
        lasting = lasting_blindness(state.judgement)
        if lasting is None:
            sees = state.judgement.coverage is not Coverage.BLIND and not state.bet.broken
            return replace(before, blind_since=None, told=None if sees else before.told)
        since = before.blind_since or self._now
        due = (
            not before.told
            and self._may_tell(state)
            and first_prediction is not None
            and self._now - first_prediction >= self._patience(state.cell.model)
            and self._now - since >= BLIND_FOR
            and not self._waits(state.cell.model, first_prediction)
        )
        return replace(before, blind_since=since, told=before.told or (lasting[0] if due else None))

    def _of_silence(self, state: CellState, before: Notified) -> Notified:
        """What people are told of a watched intent whose labels, or whose model's predictions, stopped."""
        if not state.held.watched or state.cell.slice or state.cell.group is not None:
            return before
        if state.cell.model in self._replaced:
            return replace(before, silent_since=None)
        if not silences(state.judgement):
            return replace(before, silent_since=None, silence_told=False)
        since = before.silent_since or self._now
        due = self._now - since >= SILENT_FOR
        return replace(before, silent_since=since, silence_told=before.silence_told or due)

    def _broken(self, intents: Set[Cell]) -> dict[Cell, list[SliceBeside]]:
        """The slices in use that are broken or suspected, by their intent."""
        in_use = [
            state
            for state in self._slices_of(intents)
            if state.cell.slice is not None
            and state.cell.slice.name in self._settings.slices_of(state.cell.model)
        ]
        return {
            whole: [SliceBeside(state.cell, standing(state) is Standing.DEGRADED) for state in states]
            for whole, states in broken_slices(in_use).items()
        }

    def _enqueue(
        self, kind: NoticeKind, concerned: ByModel, broken: Mapping[Cell, Sequence[SliceBeside]]
    ) -> int:
        for model, cells in concerned.items():
            told = [(state.cell, why) for state, why in cells]
            beside = [each for cell, _ in told for each in broken.get(cell, ())]
            notice = Notice.of_cells(kind, model, told, self._at, beside)
            severities = [(state.cell, notice.severity) for state, _ in cells]
            sinks, not_before = sinks_of(self._settings, severities, notice.severity, self._people)
            self._tx.enqueue(notice, sinks, not_before)
        return len(concerned)
