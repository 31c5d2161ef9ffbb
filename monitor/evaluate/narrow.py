"""An evaluation that judges only the cells with news, and those whose time it is; the others are as they were.

It holds as long as nothing concerns them all: which of them are watched, what they are held to, how the money is shared
among them, what a model's silence or labels say of every cell. Where anything of that is about to change, every cell is
judged instead; that is found out before anything is written. A slice that is new joins them, and takes its part of the
money from its siblings, which are judged, too.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain

from msgspec.structs import replace
from typing_extensions import override

from monitor.domain.events.types import Model, Outcome
from monitor.domain.judging.service import replaced
from monitor.domain.judging.state import CellState, ModelState
from monitor.domain.labelling.believed import looks
from monitor.domain.slices.cells import Cell
from monitor.evaluate.before import (
    ConcernsAll,
    ModelBefore,
    awake,
    concerns_others,
    judged_otherwise,
    slack_may_change,
)
from monitor.evaluate.believing import believed_by_joining
from monitor.evaluate.bets import Bets
from monitor.evaluate.bursts import bursts_due
from monitor.evaluate.counting import Revised
from monitor.evaluate.holding import hold, is_rare_by_share, may_become_watched, watch
from monitor.evaluate.known import same_group
from monitor.evaluate.labelling import COMPARE_EVERY, READ_EVERY, read_traffic
from monitor.evaluate.ports import RevisedOutcome
from monitor.evaluate.response import look_at_draws
from monitor.evaluate.some_cells import SomeCells


class NarrowRound(SomeCells):
    """One transaction of it. `writes`: it began to write, so it must end, or all of it be undone.

    Raises (in `run`):
        ConcernsAll: every cell must be judged; nothing was written.
    """

    writes = False

    @override
    def _read(self) -> dict[Cell, CellState]:
        judged_at, rested_on = self._tx.judged_at(), self._tx.rested_on()
        if judged_at is None or self._now < judged_at or self._tx.behind():
            raise ConcernsAll
        if rested_on is None or rested_on.models != self._tx.models_as_saved():
            raise ConcernsAll  # a version was retired, or something of it was erased
        self._judged_at = judged_at
        return {state.cell: state for state in self._tx.cells_numbered(self._tx.due(self._now))}

    @override
    def _add_cells(self, outcomes: Sequence[Outcome], revisions: Sequence[RevisedOutcome]) -> None:
        corrected = (part for revision in revisions for part in revision if part is not None)
        self._corrected = {part.model for revision in revisions for part in revision if part is not None}
        self._may_have_lost = {
            Cell(was.model, was.intent)
            for revision in revisions
            for was in [revision.before]
            if was is not None
        }
        cells = {cell for each in chain(outcomes, corrected) for cell in self._admission.may_count_for(each)}
        news = {cell.model for cell in cells}
        self._replaced = replaced(self._models)
        self._models_before = {
            model: ModelBefore.of(state, self._settings.of(model), self._judged_at, changes=changes)
            for model, state in self._models.items()
            for changes in [model in news or state.labelling.due(self._now, READ_EVERY)]
        }
        self._add(cells | {group for group in self.known.formed if group.model in news})
        self._groups.wanted = {cell: of for cell, of in self.known.groups.items() if cell in self._cells}

    @override
    def _hold(self) -> None:
        """What the cells are held to stays as it was; a slice that joins is held to what is promised of it."""
        rate = self._settings.labels.assumed_slips
        for cell, state in self._single():
            anchor = self._anchors.get(cell.model)
            if cell not in self.known.numbers:
                held = hold(state.held, cell, anchor, self._settings)
                if held.floor is not None and (rate or cell.whole not in self.known.numbers):
                    raise ConcernsAll
                self._cells[cell] = replace(state, held=held)
            elif rate and anchor is not None and slack_may_change(state, rate):
                raise ConcernsAll

    @override
    def _watch(self, new: Mapping[Cell, Sequence[Outcome]]) -> None:
        """Of those that are not new nobody is watched who was not; the hours of the watched get their labels."""
        for model in {cell.model for cell in new} | self._corrected:
            rare = self._tx.cells_numbered(self._tx.to_be_watched(model, self._models[model].outcomes))
            self._add({cell for state in rare for cell in (state.cell, state.cell.whole)})
        self._add_slices_that_may_be_rare()
        for cell, state in self._single():
            if cell not in self.known.numbers:
                self._cells[cell] = replace(state, held=self._watching(state))
            elif not state.held.watched:
                self._stay_unwatched(cell, state)
            elif not cell.slice:
                for outcome in new.get(cell, ()):
                    state.labels.rhythm.count(outcome.labeled_at)

    def _add_slices_that_may_be_rare(self) -> None:
        """With fewer labels an intent is rare at fewer outcomes of its model: that is reckoned anew for its slices.

        Not where the intent waits for it itself, and all its slices with it.
        """
        rare = {
            cell
            for cell in self._may_have_lost
            if cell in self._cells
            and not may_become_watched(self._cells[cell].held)
            and is_rare_by_share(cell, self._anchors.get(cell.model), self._settings)
        }
        if rare:
            self._add([cell for cell in self.known.numbers if cell.whole in rare])

    def _stay_unwatched(self, cell: Cell, state: CellState) -> None:
        """Corrections may make an intent rare of which only slices have a floor that can be bet against."""
        model, whole = self._models.get(cell.model, ModelState()), self._cells.get(cell.whole)
        if whole is None or state.held.floor is None or model.retirement is not None:
            return
        held = replace(state.held, floor=1.0) if cell.model in self._corrected else state.held
        support = whole.labels.tally.support
        if watch(held, cell, self._anchors.get(cell.model), support, model.outcomes, self._settings).watched:
            raise ConcernsAll

    @override
    def _share_money(self) -> set[Cell]:
        """It stays as it is, but where a cell joins that can be bet on, which takes its part from its siblings.

        Versions, groups, and who else is watched must be as they were.
        """
        if self._models.keys() != self._models_before.keys():
            raise ConcernsAll
        for model, before in self._models_before.items():
            state = self._models[model]
            if (before.awake, before.first_prediction) != (awake(state, self._now), state.first_prediction):
                raise ConcernsAll
            if state.retirement != before.judged.state.retirement:
                raise ConcernsAll
        for cell, group in self._cells.items():
            if cell.group is not None and not same_group(self._loaded[cell].held, group.held):
                raise ConcernsAll
        anew = any(state.held.floor is not None for state in self._joined())
        return super()._share_money() if anew else set()

    @override
    def _look_at_labelling(self) -> set[Cell]:
        """Read the traffic that is due; what is compared once a day takes every cell."""
        for model, state in self._models.items():
            labelling = state.labelling
            compare = labelling.delays_at is None or abs(self._now - labelling.delays_at) >= COMPARE_EVERY
            if compare and labelling.compared != tuple(sorted(self.known.held.get(model, ()))):
                raise ConcernsAll
            if bursts_due(state, self._now):
                raise ConcernsAll
            if labelling.due(self._now, READ_EVERY):
                read_traffic(model, labelling, self._tx, self._now)
            look_at_draws(model, labelling, self._tx, self._now)
        return set()

    @override
    def _bet_otherwise(self) -> set[Model]:
        if super()._bet_otherwise():
            raise ConcernsAll
        return set()

    @override
    def _believe(self, outcomes: Sequence[Outcome], revisions: Sequence[RevisedOutcome]) -> set[Cell]:
        """No miss is believed otherwise than it was; those of a slice that joins as its intent's are."""
        if self._settings.labels.slip_rate != "auto":
            return set()
        again = {each.model for each in outcomes if each.first_intent is not None}
        if (again | self._corrected) & self.known.believing:
            raise ConcernsAll
        for model in sorted({each.model for each in outcomes} - self.known.believing | self._corrected):
            tickets = self._tx.read_again(model)
            misses = Counter(each.first_intent for each in tickets if each.first_intent != each.predicted)
            if any(map(looks, misses.values())):
                raise ConcernsAll
        for state in self._joined():
            held = replace(state.held, believed=believed_by_joining(state, self._cells))
            self._cells[state.cell] = replace(state, held=held)
        return set()

    @override
    def _add_what_models_change(self) -> None:
        """The intents of which a model's labels say otherwise than before whether their recall can be known."""
        if replaced(self._models) != self._replaced:
            raise ConcernsAll
        otherwise: set[Cell] = set()
        for model, before in self._models_before.items():
            was, now = before.judged, self._as_judged(model)
            if not before.changes and self._models[model].labelling.read_at != before.read_at:
                raise ConcernsAll  # its traffic was read to find out whether it is still in service
            if tuple(was.silences.stopped()) != tuple(now.silences.stopped()):
                raise ConcernsAll
            if was.skips != now.skips or (before.changes and was.smallest_chance != now.smallest_chance):
                raise ConcernsAll
            if before.changes and was.strata != now.strata:
                intents = {
                    cell.intent for cell in self.known.numbers if cell.model == model and cell.group is None
                }
                chance = self._settings.sampling.min_probability
                otherwise |= {Cell(model, each) for each in judged_otherwise(intents, was, now, chance)}
                otherwise |= {group for group in self.known.formed if group.model == model}
        if otherwise:
            self._add([cell for cell in self.known.numbers if cell.whole in otherwise])

    @override
    def _bet(
        self, new: Mapping[Cell, Sequence[Outcome]], revised: Mapping[Cell, Revised], afresh: set[Cell]
    ) -> Bets:
        if self.isolation.failures or self._behind:
            raise ConcernsAll
        self.writes = True
        return super()._bet(new, revised, afresh)

    @override
    def _is_settled(self) -> bool:
        return not any(concerns_others(before, self._cells[cell]) for cell, before in self._loaded.items())
