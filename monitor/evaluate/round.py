"""One transaction of an evaluation: new outcomes and corrections -> tallies -> bets -> verdicts -> notices."""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import datetime
from functools import partial

from msgspec.structs import replace

from monitor.domain.events.types import Model, Outcome
from monitor.domain.judging.due import AT_ONCE, NextLook
from monitor.domain.judging.service import replaced
from monitor.domain.judging.state import CellState, ModelState, Notified
from monitor.domain.slices.cells import Cell
from monitor.evaluate.apart import CountingApart
from monitor.evaluate.bets import Bets
from monitor.evaluate.due import CellsDue
from monitor.evaluate.early import EarlyBets, note_early
from monitor.evaluate.evaluation import Evaluation
from monitor.evaluate.known import KnownCells, same_group, watched_intents
from monitor.evaluate.owners import Owner, grouped, model_of, owner_of
from monitor.evaluate.ports import RevisedOutcome
from monitor.evaluate.steps import Steps
from monitor.evaluate.versions import in_service
from monitor.incidents.concerns import Concerns
from monitor.incidents.dispatch import Dispatch

CHUNK = 20_000  # outcomes in memory at once


class Round(Steps):
    """One transaction's worth of evaluation, which judges every cell. Each step gives its part of every cell anew."""

    def run(self) -> Evaluation:
        """Take every step, and save."""
        revisions = self._tx.revisions()
        outcomes = self._tx.outcomes(self._before, CHUNK)
        self._add_cells(outcomes, revisions)
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
        afresh = self._share_money() | self._look_at_labelling() | self._weigh(upto)
        afresh |= self._believe(outcomes, revisions)
        self._add_what_models_change()
        bets = self._bet(counted.new, counted.revised, afresh)
        self._judge()
        notices = self._tell(bets)
        if self._purse_left is not None:
            self._tx.keep_purse(self._purse_left)
        self._tx.save(self._cells.values(), self._models)
        self._keep_due()
        self._tx.finish(upto, self._now, counted.behind)
        more = upto - self._before >= CHUNK or counted.more
        return Evaluation(len(outcomes), len(revisions), self._count(), notices, more)

    def _add_cells(self, outcomes: Sequence[Outcome], revisions: Sequence[RevisedOutcome]) -> None:
        """Read what is needed to count these; here every cell is there."""

    def _add_what_models_change(self) -> None:
        """Read what is judged otherwise as its model is; here every cell is there."""

    def _count(self) -> int:
        """How many cells there are."""
        return len(self._cells)

    def _tell(self, bets: Bets) -> int:
        """Write what people must hear of; how many notices that takes."""
        dispatch = Dispatch(self._tx, self._settings, self._now, self._models, self._people)
        total = 0
        ours = grouped(self._cells, owner_of)
        for owner, cells in self._owners(ours).items():
            judged = ours.get(owner, {})
            notices = self.isolation.attempt_whole(
                f"the incident of {' in '.join(owner)}",
                partial(
                    dispatch.incidents,
                    owner,
                    judged,
                    cells,
                    self._anchors,
                    bets.signals,
                    bets.moved,
                    bets.aged,
                ),
                None,
            )
            total += notices or 0
            if notices is None:
                self._bet_again(cell for cell in judged if bets.signals.get(cell))
        self._concerns = Concerns(
            self._tx,
            self._settings,
            self._now,
            self._people,
            self._blindness_told,
            self._cells_of,
            replaced(self._models),
        )
        for model, cells in grouped(self._cells, model_of).items():
            concerned, notified = self.isolation.attempt_whole(
                f"what is of concern in {model}",
                partial(self._concerns.tell, cells, self._models),
                (0, dict[Cell, Notified]()),
            )
            total += concerned
            for cell, part in notified.items():
                self._cells[cell] = replace(self._cells[cell], notified=part)
        if dispatch.new_sinks:
            total += self.isolation.attempt_whole("the sinks that are new", dispatch.introduce_sinks, 0)
        bets_on_days = EarlyBets(
            self._tx,
            self._watched(),
            self._all(),
            self._models,
            self._anchors,
            self._settings,
            self._now,
            self._days_taken(),
        )
        total += note_early(self._tx, self.isolation, bets_on_days, self._people)
        return total + self._concerns.tell_versions(self._known, self._models)

    def _all(self) -> Mapping[Cell, CellState]:
        """Every cell, judged or not."""
        return self._cells

    def _those(self, fits: Callable[[Cell], bool]) -> Mapping[Cell, CellState]:
        """Of all cells those that fit."""
        return {cell: state for cell, state in self._cells.items() if fits(cell)}

    def _cells_of(self, intents: Set[Cell]) -> Iterable[CellState]:
        """The cells of these intents, judged or not."""
        return self._those(lambda cell: cell.whole in intents).values()

    def _owners(
        self, judged: Mapping[Owner, Mapping[Cell, CellState]]
    ) -> Mapping[Owner, Mapping[Cell, CellState]]:
        """All cells of each owner."""
        return judged

    def _watched(self) -> Sequence[Cell]:
        """The intents that are watched."""
        return watched_intents(self._cells.values())

    def _days_taken(self) -> dict[Model, int] | None:
        """Up to which day it is known that all early bets of a model were made."""
        return None

    def _blindness_told(self, model: Model) -> datetime | None:
        """Since when a model's cell was blind of which people were told, the latest, as the evaluation began."""
        if not self._told:
            self._told = dict.fromkeys({cell.model for cell in self._cells})
            for state in self._loaded.values():
                since, known = state.notified.known_blind_since, self._told.get(state.cell.model)
                if since is not None:
                    self._told[state.cell.model] = max(since, known or since)
        return self._told.get(model)

    def _keep_due(self) -> None:
        """Keep when each cell is due, and what all of it rests on."""
        groups = self._groups.wanted or {}
        due = CellsDue(
            self._loaded, self._all(), groups, self._concerns, self._as_judged, self._settings, self._now
        )
        looks = {
            cell: self.isolation.attempt(cell, partial(due.of, state), NextLook(AT_ONCE))
            for cell, state in self._cells.items()
        }
        self._tx.keep_due(looks, self._now)
        self.known = self._known_now()
        sure = not self.isolation.failures and not self._behind and self._is_settled()
        self._tx.keep_rested_on(self.known.rested_on(self._tx) if sure else None)

    def _known_now(self) -> KnownCells:
        """What is kept in memory for the next evaluations, which judge what is new."""
        groups = self._groups.wanted or {}
        return KnownCells.of(self._tx, self._cells, self._anchors, self._admitted, groups, self._settings)

    def _is_settled(self) -> bool:
        """Whether no cell is held to anything else than before: else one more evaluation looks at all of them."""
        return all(
            (known := self._loaded.get(cell)) is not None
            and (known.held == state.held or (cell.group is not None and same_group(known.held, state.held)))
            for cell, state in self._cells.items()
        )

    def _bet_again(self, cells: Iterable[Cell]) -> None:
        """Their pages and recoveries reached nobody: the bets are as before, and made anew the next time."""
        for cell in cells:
            before = self._loaded.get(cell, self._cells[cell])
            self._cells[cell] = replace(self._cells[cell], bet=replace(before.bet, replay=True))
