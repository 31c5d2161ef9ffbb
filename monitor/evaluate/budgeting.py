"""Use case: who would have which share of the budget, and when a fall would be seen, by other settings. Only reads."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace
from typing_extensions import override

from monitor.domain.detection.bars import GroupMembers
from monitor.domain.detection.group import Mix, group_standing
from monitor.domain.events.types import Model, Outcome
from monitor.domain.judging.state import CellState
from monitor.domain.judging.what_if import Held, PartChange, WhatIf, changed_parts
from monitor.domain.slices.cells import Cell
from monitor.domain.text.nearest import did_you_mean
from monitor.errors import InputError
from monitor.evaluate.bets import Bets
from monitor.evaluate.counting import Revised
from monitor.evaluate.foresee import TriedRound
from monitor.evaluate.groups import with_floor
from monitor.evaluate.ports import TrialStore
from monitor.settings.settings import Settings


def what_if(
    store: TrialStore,
    settings: Settings,
    asked: WhatIf,
    states: Sequence[CellState],
    days: Mapping[Model, float],
    now: datetime,
) -> list[PartChange]:
    """The parts of the budget as they are, and as the last evaluation would have shared them by what is asked.

    `states` are the cells as they are, `days` those of labels behind each model. No bet is made. Costs: what an
    evaluation costs to which nothing came.

    Raises:
        InputError: labels are asked for of an intent that there is not.
        UnavailableError: the database is out of reach.
    """
    names = {state.cell.intent for state in states if state.cell.group is None}
    for name in asked.labels_of:
        if name not in names:
            raise InputError({"--labels": f"there is no intent {name!r}{did_you_mean(name, sorted(names))}"})
    with store.trial() as transaction:
        at = transaction.judged_at() or now
        held = _Shared(transaction, asked_settings(settings, asked), at, at).states()
    models = {state.cell.model for state in states}
    after = [state for state in held if state.cell.model in models]
    pages = asked.false_pages or settings.judge.false_pages_per_year
    return changed_parts(
        Held(states, settings.judge.false_pages_per_year, days), Held(after, pages, days), asked
    )


def asked_settings(settings: Settings, asked: WhatIf) -> Settings:
    """The settings with what is asked of them; a drop that is asked for is that of every model."""
    changes: dict[str, float] = {}
    models = settings.models
    if asked.drop is not None:
        changes["drop"] = drop = asked.drop
        models = tuple(
            each.model_copy(update={"judge": each.judge.model_copy(update={"drop": drop})})
            if "drop" in each.judge.model_fields_set
            else each
            for each in models
        )
    if asked.false_pages is not None:
        changes["false_pages_per_year"] = asked.false_pages
    judge = settings.judge.model_copy(update=changes)
    return settings.model_copy(update={"judge": judge, "models": models})


class _Shared(TriedRound):
    """An evaluation that shares the money and bets nothing."""

    @override
    def _is_asked(self, cell: Cell) -> bool:
        return True

    @override
    def _bet(
        self, new: Mapping[Cell, Sequence[Outcome]], revised: Mapping[Cell, Revised], afresh: set[Cell]
    ) -> Bets:
        for cell, state in self._cells.items():
            if state.held.members is not None:
                self._cells[cell] = self._mixed(state, state.held.members)
        return Bets(self._tx, self._before, self._now, self._settings.judge.recovery_labels)

    def _mixed(self, state: CellState, members: GroupMembers) -> CellState:
        """A group with its floor by the labels that came: as its bet knows them, of new members as they are counted."""
        known = self._loaded.get(state.cell)
        if (
            known is not None
            and known.held.members is not None
            and known.held.members.intents == members.intents
        ):
            return with_floor(replace(state, bet=known.bet))
        ours = [self._cells.get(Cell(state.cell.model, intent)) for intent in members.intents]
        mix = Mix(tuple(float(each.labels.tally.support) if each is not None else 0.0 for each in ours))
        standing = group_standing(members.bar, mix)
        return replace(
            state, held=replace(state.held, floor=standing.floor if standing is not None else None)
        )
