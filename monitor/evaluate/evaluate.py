"""Use case 2: new outcomes and corrections -> tallies -> bets -> verdicts -> incidents and their notices."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime
from functools import partial

from msgspec.structs import replace

from monitor.domain.anchors.promise import Anchor
from monitor.domain.events.types import Model, Outcome
from monitor.domain.judging.judge import Judgement
from monitor.domain.judging.service import replaced
from monitor.domain.judging.state import CellLabels, CellState, ModelState, Notified
from monitor.domain.slices.admission import Admission
from monitor.domain.slices.cells import Cell
from monitor.errors import JudgingError
from monitor.evaluate.apart import CountingApart, not_yet
from monitor.evaluate.believing import Readings, believe
from monitor.evaluate.bets import Bets
from monitor.evaluate.bursts import bet_otherwise, bets_together, counted_alike
from monitor.evaluate.counting import Counting, Revised
from monitor.evaluate.early import note_early
from monitor.evaluate.evaluation import Evaluation
from monitor.evaluate.groups import Groups, with_floor
from monitor.evaluate.holding import measured_cells, of_intents, slice_rules, watch
from monitor.evaluate.judging import ModelAsJudged, judge_cell
from monitor.evaluate.labelling import look_at_labelling
from monitor.evaluate.money import SharedMoney, share_money
from monitor.evaluate.owners import grouped, model_of, owner_of
from monitor.evaluate.ports import EvaluationStore, EvaluationTransaction
from monitor.evaluate.slack import Slacks
from monitor.evaluate.versions import in_service
from monitor.evaluate.weighing import weighs_otherwise
from monitor.incidents.concerns import Concerns
from monitor.incidents.dispatch import Dispatch
from monitor.incidents.isolation import Isolation
from monitor.settings.settings import Settings

CHUNK = 20_000  # outcomes in memory at once


class Evaluate:
    """Judges every cell on what has come since the last time. Its cost is what is new, never the history.

    `clock` is that of people, by which silences and quiet hours go and before which nothing is told to have begun:
    where it is not given, it is the time as of which is judged.
    """

    def __init__(
        self, store: EvaluationStore, settings: Settings, clock: Callable[[], datetime] | None = None
    ) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock

    def __call__(self, now: Callable[[EvaluationTransaction], datetime]) -> Evaluation:
        """Evaluate until nothing new is left; `now` is asked inside each transaction.

        A cell or a model whose judging fails stays as it was and is tried again the next time; the others are judged.

        Raises:
            UnavailableError: the database is out of reach; nothing of the last chunk was saved.
            JudgingError: something failed by a defect of ours; all the rest was judged and saved before.
        """
        total = Evaluation()
        failures: dict[str, Exception] = {}
        while True:
            with self._store.evaluation() as transaction:
                as_of = now(transaction)
                people = self._clock() if self._clock is not None else as_of
                round_ = Round(transaction, self._settings, as_of, people)
                chunk = round_.run()
            failures |= round_.isolation.failures
            total.outcomes += chunk.outcomes
            total.revisions += chunk.revisions
            total.notices += chunk.notices
            total.cells = chunk.cells
            if not chunk.more:
                break
        if failures:
            raise JudgingError(failures) from next(iter(failures.values()))
        return total


class Round:
    """One transaction's worth of evaluation. Each step gives its part of every cell anew."""

    def __init__(
        self, transaction: EvaluationTransaction, settings: Settings, now: datetime, people: datetime
    ) -> None:
        self._tx = transaction
        self._settings = settings
        self._now, self._people = now, people
        self._cells: dict[Cell, CellState] = {state.cell: state for state in transaction.cells()}
        self._models: dict[Model, ModelState] = dict(transaction.models())
        self._known, self._loaded = set(self._models), dict(self._cells)
        self.isolation = Isolation(transaction)
        self._anchors: Mapping[Model, Anchor] = of_intents(transaction.active_anchors(), settings)
        self._measured = list(measured_cells(self._anchors, settings))
        self._before = transaction.evaluated_seq()
        self._behind: Set[Model] = frozenset()
        admission = Admission(
            self._cells,
            [(model, intent) for model, anchor in self._anchors.items() for intent, _ in anchor.promises],
            partial(slice_rules, settings),
            settings.limits.intents,
        )
        self._counting = Counting(
            transaction, self._cells, self._models, admission, settings.sampling.min_probability
        )
        self._groups = Groups(
            transaction, self._cells, self._anchors, self._models, self._counting, settings, self.isolation
        )

    def run(self) -> Evaluation:
        """Take every step, and save."""
        revisions = self._tx.revisions()
        outcomes = self._tx.outcomes(self._before, CHUNK)
        apart = CountingApart(
            self._counting, self._tx, self._cells, self._models, self.isolation, limit=CHUNK
        )
        counted = apart.count(self._measured, revisions, outcomes)
        self._behind = counted.behind.keys()
        upto = max(self._before, self._tx.seen_upto())
        changing = partial(in_service, self._models, self._tx, self._now, self._settings)
        self._models |= self.isolation.attempt("the versions in service", changing, dict[Model, ModelState]())
        self._hold()
        self._watch(counted.came)
        self._groups.form(outcomes, counted, revisions, upto)
        readings = Readings(self._tx, self._cells.values(), outcomes, revisions)
        afresh = self._share_money() | self._look_at_labelling() | self._weigh(upto)
        afresh |= believe(self._cells, readings, self._settings, self.isolation)
        bets = self._bet(counted.new, counted.revised, afresh)
        self._judge()
        notices = self._tell(bets)
        self._tx.save(self._cells.values(), self._models)
        self._tx.finish(upto, self._now, counted.behind)
        more = upto - self._before >= CHUNK or counted.more
        return Evaluation(len(outcomes), len(revisions), len(self._cells), notices, more)

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
            whole = self._cells.get(cell.whole)
            held = self.isolation.attempt(
                cell,
                partial(
                    watch,
                    state.held,
                    cell,
                    self._anchors.get(cell.model),
                    whole.labels.tally.support if whole else 0,
                    self._models.get(cell.model, ModelState()).outcomes,
                    self._settings,
                ),
                state.held,
            )
            if self._models.get(cell.model, ModelState()).retirement is not None:
                held = replace(held, watched=None)
            self._cells[cell] = replace(state, held=held)
            if held.watched and not cell.slice:
                for outcome in new.get(cell, ()):
                    state.labels.rhythm.count(outcome.labeled_at)

    def _share_money(self) -> set[Cell]:
        """Share the false pages a year among those who may page; the cells that got money for their past."""
        purse = self._tx.purse()
        shared = self.isolation.attempt(
            "the sharing of the false pages a year",
            partial(share_money, self._cells, self._models, purse, self._settings, self._now),
            SharedMoney({}, set(), purse),
        )
        for cell, held in shared.held.items():
            self._cells[cell] = replace(self._cells[cell], held=held)
        if shared.purse is not None and shared.purse != purse:
            self._tx.keep_purse(shared.purse)
        # A page that stands was won with the money of before: what follows it is its recovery, not the bet again.
        return {cell for cell in shared.funded if not self._cells[cell].bet.broken}

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
        otherwise = bet_otherwise(self._models, self._behind, self._settings)
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
        models: dict[Model, ModelAsJudged] = {}
        for cell, state in self._cells.items():
            judgement, identified = self.isolation.attempt(
                cell, partial(self._judged, state, models), (state.judgement, state.labels.identified)
            )
            labels = replace(state.labels, identified=identified)
            self._cells[cell] = replace(state, labels=labels, judgement=judgement)

    def _judged(self, state: CellState, models: dict[Model, ModelAsJudged]) -> tuple[Judgement, bool]:
        """A cell's verdict, and whether its labels can tell recall; what is its model's is found out once."""
        name = state.cell.model
        if name not in models:
            known = self._models.get(name, ModelState())
            models[name] = ModelAsJudged(known, self._settings.of(name), self._now)
        return judge_cell(state, models[name])

    def _tell(self, bets: Bets) -> int:
        """Write what people must hear of; how many notices that takes."""
        dispatch = Dispatch(self._tx, self._settings, self._now, self._models, self._people)
        total = 0
        for owner, cells in grouped(self._cells, owner_of).items():
            notices = self.isolation.attempt_whole(
                f"the incident of {' in '.join(owner)}",
                partial(dispatch.incidents, owner, cells, self._anchors, bets.signals, bets.moved, bets.aged),
                None,
            )
            total += notices or 0
            if notices is None:
                self._bet_again(cell for cell in cells if bets.signals.get(cell))
        concerns = Concerns(self._tx, self._settings, self._now, self._people, replaced(self._models))
        for model, cells in grouped(self._cells, model_of).items():
            concerned, notified = self.isolation.attempt_whole(
                f"what is of concern in {model}",
                partial(concerns.tell, cells, self._models),
                (0, dict[Cell, Notified]()),
            )
            total += concerned
            for cell, part in notified.items():
                self._cells[cell] = replace(self._cells[cell], notified=part)
        if dispatch.new_sinks:
            total += self.isolation.attempt_whole("the sinks that are new", dispatch.introduce_sinks, 0)
        note = partial(note_early, self._tx, self.isolation, self._cells, self._models, self._anchors)
        total += note(self._settings, self._now, self._people)
        return total + concerns.tell_versions(self._known, self._models)

    def _bet_again(self, cells: Iterable[Cell]) -> None:
        """Their pages and recoveries reached nobody: the bets are as before, and made anew the next time."""
        for cell in cells:
            before = self._loaded.get(cell, self._cells[cell])
            self._cells[cell] = replace(self._cells[cell], bet=replace(before.bet, replay=True))
