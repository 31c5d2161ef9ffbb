"""The steps of one transaction of an evaluation, each of which gives its part of every cell anew."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime
from functools import partial

from msgspec.structs import replace

from monitor.domain.anchors.promise import Anchor
from monitor.domain.detection.money import Purse
from monitor.domain.events.types import Model, Outcome
from monitor.domain.judging.judge import Judgement
from monitor.domain.judging.state import CellLabels, CellState, HeldTo, ModelState
from monitor.domain.slices.admission import Admission, Admitted
from monitor.domain.slices.cells import Cell
from monitor.evaluate.apart import not_yet
from monitor.evaluate.believing import Readings, believe
from monitor.evaluate.bets import Bets
from monitor.evaluate.bursts import bet_otherwise, bets_together, counted_alike
from monitor.evaluate.counting import Counting, Revised
from monitor.evaluate.groups import Groups, with_floor
from monitor.evaluate.holding import measured_cells, of_intents, promised, slice_rules, watch
from monitor.evaluate.judging import ModelAsJudged, judge_cell
from monitor.evaluate.labelling import look_at_labelling
from monitor.evaluate.money import SharedMoney, at_rate, share_money
from monitor.evaluate.owners import grouped, model_of
from monitor.evaluate.ports import EvaluationTransaction, RevisedOutcome
from monitor.evaluate.slack import Slacks
from monitor.evaluate.weighing import weighs_otherwise
from monitor.incidents.isolation import Isolation
from monitor.settings.settings import Settings


class Steps:
    """What a round has read, and what it does to each cell that it judges."""

    def __init__(
        self, transaction: EvaluationTransaction, settings: Settings, now: datetime, people: datetime
    ) -> None:
        self._tx = transaction
        self._settings = settings
        self._now, self._people = now, people
        self._models: dict[Model, ModelState] = dict(transaction.models())
        self._known = set(self._models)
        self.isolation = Isolation(transaction)
        self._before = transaction.evaluated_seq()
        self._behind: Set[Model] = frozenset()
        self._anchors, self._admitted = self._held_up()
        self._measured = self._to_be_held()
        self._cells: dict[Cell, CellState] = self._read()
        self._loaded = dict(self._cells)
        rules, most = partial(slice_rules, settings), settings.limits.intents
        self._admission = Admission(self._admitted, rules, most)
        self._counting = Counting(
            transaction, self._cells, self._models, self._admission, settings.sampling.min_probability
        )
        self._judged_models: dict[Model, ModelAsJudged] = {}
        self._told: dict[Model, datetime | None] = {}
        self._purse_left: Purse | None = None
        self._groups = Groups(
            transaction,
            self._cells,
            self._anchors,
            self._models,
            self._counting,
            settings,
            self.isolation,
        )

    def _held_up(self) -> tuple[Mapping[Model, Anchor], Admitted]:
        """What models are held to, and the names that have cells of their own."""
        anchors = of_intents(self._tx.active_anchors(), self._settings)
        return anchors, Admitted.of(self._tx.numbers(), promised(anchors))

    def _to_be_held(self) -> Sequence[Cell]:
        """The cells that anchors measured and that may not be there yet."""
        return list(measured_cells(self._anchors, self._settings))

    def _read(self) -> dict[Cell, CellState]:
        """The cells that are judged, of those that there are."""
        return {state.cell: state for state in self._tx.cells()}

    def _hold(self) -> None:
        """Hold every cell to its model's active anchor; a new anchor or floor starts the bet afresh."""
        for cell in self._measured:
            self._counting.open(cell)
        slacks = Slacks(self._cells, self._anchors, self._settings)
        for cell, state in self._single():
            held = self.isolation.attempt(cell, partial(slacks.hold, state), state.held)
            same = held.floor is not None and held.terms == state.held.terms
            bet = state.bet if same else replace(state.bet, detector=None)
            self._cells[cell] = replace(state, held=held, bet=bet)

    def _single(self) -> Iterator[tuple[Cell, CellState]]:
        """The cells that are no groups."""
        return ((cell, state) for cell, state in self._cells.items() if cell.group is None)

    def _watch(self, new: Mapping[Cell, Sequence[Outcome]]) -> None:
        """Choose who may page, and note when their labels come."""
        for cell, state in self._single():
            held = self._watching(state)
            self._cells[cell] = replace(state, held=held)
            if held.watched and not cell.slice:
                for outcome in new.get(cell, ()):
                    state.labels.rhythm.count(outcome.labeled_at)

    def _watching(self, state: CellState) -> HeldTo:
        """What a cell is held to, with why it may page."""
        cell, model = state.cell, self._models.get(state.cell.model, ModelState())
        whole, anchor = self._cells.get(cell.whole), self._anchors.get(cell.model)
        support = whole.labels.tally.support if whole else 0
        choose = partial(watch, state.held, cell, anchor, support, model.outcomes, self._settings)
        held = self.isolation.attempt(cell, choose, state.held)
        return replace(held, watched=None) if model.retirement is not None else held

    def _share_money(self) -> set[Cell]:
        """Share the false pages a year among those who may page; the cells that got money for their past."""
        purse = self._tx.purse()
        shared = self.isolation.attempt(
            "the sharing of the false pages a year",
            partial(share_money, self._all_held(), self._models, purse, self._settings, self._now),
            SharedMoney({}, {}, set(), purse),
        )
        self._add({*shared.held, *shared.rates})
        for cell, held in shared.held.items():
            self._cells[cell] = replace(self._cells[cell], held=held)
        for cell, rate in shared.rates.items():
            state = self._cells[cell]
            self._cells[cell] = replace(state, held=at_rate(state, rate, self._now))
        self._purse_left = shared.purse if shared.purse != purse else None
        # A page that stands was won with the money of before: what follows it is its recovery, not the bet again.
        return {cell for cell in shared.funded if not self._cells[cell].bet.broken}

    def _all_held(self) -> Mapping[Cell, HeldTo]:
        """What every cell is held to."""
        return {cell: state.held for cell, state in self._cells.items()}

    def _add(self, cells: Iterable[Cell]) -> None:
        """Read these cells, too, if they were not yet; here every cell is there."""

    def _look_at_labelling(self) -> set[Cell]:
        """Bring every model's labelling up to date; the cells that are now judged at another age."""
        changed: dict[Cell, CellLabels] = {}
        cells = grouped(self._cells, model_of)
        for model, state in self._models.items():  # one that nothing came of yet has cells and no state
            ours = cells.get(model, {}).values()
            changed |= self.isolation.attempt(
                f"how {model} is labelled",
                partial(look_at_labelling, ours, {model: state}, self._tx, self._now),
                dict[Cell, CellLabels](),
            )
        for cell, labels in changed.items():
            self._cells[cell] = replace(self._cells[cell], labels=labels)
        return set(changed)

    def _weigh(self, upto: int) -> set[Cell]:
        """Decide in which cells weights, or customers, count; those whose bet must be made anew for it."""
        otherwise = self._bet_otherwise()
        afresh = {cell for cell in self._cells if cell.model in otherwise}
        for cell, state in self._cells.items():
            if cell.model in self._behind:
                continue
            labels = self.isolation.attempt(
                cell, partial(self._counting.recapped, cell, state.labels, upto), state.labels
            )
            labels = counted_alike(labels, self._models, cell.model)
            weighted = labels.tally.weighed.weighted
            if weighs_otherwise(state, labels):
                afresh.add(cell)
            self._cells[cell] = replace(state, labels=labels, bet=replace(state.bet, weighted=weighted))
        return afresh

    def _bet_otherwise(self) -> set[Model]:
        """The models whose bets are one for each customer and day from now on, or no more."""
        return bet_otherwise(self._models, self._behind, self._settings)

    def _bet(
        self, new: Mapping[Cell, Sequence[Outcome]], revised: Mapping[Cell, Revised], afresh: set[Cell]
    ) -> Bets:
        bets = Bets(self._tx, self._before, self._now, self._settings.judge.recovery_labels)
        not_yet(self._cells, self._behind)
        for cell, state in self._cells.items():
            if cell.model in self._behind:
                continue
            take = partial(bets.take, afresh=cell in afresh, together=bets_together(self._models, cell.model))
            bet = self.isolation.attempt(
                cell,
                partial(take, state, new.get(cell, []), revised.get(cell)),
                replace(state.bet, replay=True),
            )
            self._cells[cell] = with_floor(replace(state, bet=bet))
        return bets

    def _judge(self) -> None:
        for cell, state in self._cells.items():
            judge = partial(self._judged, state)
            judgement, identified = self.isolation.attempt(
                cell, judge, (state.judgement, state.labels.identified)
            )
            labels = replace(state.labels, identified=identified)
            self._cells[cell] = replace(state, labels=labels, judgement=judgement)

    def _judged(self, state: CellState) -> tuple[Judgement, bool]:
        """A cell's verdict, and whether its labels can tell recall."""
        return judge_cell(state, self._as_judged(state.cell.model))

    def _as_judged(self, model: Model) -> ModelAsJudged:
        """What is a model's for all its cells, found out once."""
        if model not in self._judged_models:
            known = self._models.get(model, ModelState())
            self._judged_models[model] = ModelAsJudged(known, self._settings.of(model), self._now)
        return self._judged_models[model]

    def _believe(self, outcomes: Sequence[Outcome], revisions: Sequence[RevisedOutcome]) -> set[Cell]:
        """Bring up to date how far misses are believed; the cells whose bet must be made anew for it."""
        readings = Readings(self._tx, self._cells.values(), outcomes, revisions)
        return believe(self._cells, readings, self._settings, self.isolation)
