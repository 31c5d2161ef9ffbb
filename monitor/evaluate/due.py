"""When each cell that was judged must be judged again, though nothing comes to it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from monitor.domain.detection.bars import GroupMembers
from monitor.domain.events.types import Model
from monitor.domain.judging.due import AT_ONCE, NextLook, alike_until
from monitor.domain.judging.state import CellState
from monitor.domain.judging.watching import SHARE_NEEDS
from monitor.domain.labelling.hours import HOUR_S
from monitor.domain.slices.cells import Cell
from monitor.evaluate.holding import may_become_watched
from monitor.evaluate.judging import ModelAsJudged
from monitor.evaluate.weighing import weighs_otherwise
from monitor.incidents.concerns import Concerns
from monitor.settings.settings import Settings


class CellsDue:
    """Finds it out for cells that were `loaded` before they were judged; `everything` are all cells.

    `groups` are those there are to be.
    """

    def __init__(
        self,
        loaded: Mapping[Cell, CellState],
        everything: Mapping[Cell, CellState],
        groups: Mapping[Cell, GroupMembers],
        concerns: Concerns,
        as_judged: Callable[[Model], ModelAsJudged],
        settings: Settings,
        now: datetime,
    ) -> None:
        self._loaded = loaded
        self._everything = everything
        self._groups = groups
        self._concerns = concerns
        self._as_judged = as_judged
        self._settings = settings
        self._now = now

    def of(self, state: CellState) -> NextLook:
        """A cell whose page stands or just ended is looked at every time, and a group that others wait to join."""
        before = self._loaded.get(state.cell, state)
        always = (
            state.bet.broken
            or before.bet.broken
            or state.bet.replay
            or self._groups.get(state.cell) != state.held.members
            or (state.bet.weighted and weighs_otherwise(state, state.labels))
        )
        at = AT_ONCE if always else min(filter(None, self._looks(state)), default=None)
        return NextLook(at, self._watched_from(state), state.notified.known_blind_since)

    def _looks(self, state: CellState) -> list[datetime | None]:
        model, settings = self._as_judged(state.cell.model), self._settings.of(state.cell.model)
        first = model.state.first_prediction
        matures = state.bet.matures if state.labels.maturity_s is not None else None
        return [
            matures,
            alike_until(state, first, self._now, settings.judge.detect_within_days),
            self._silent_from(state),
            self._concerns.next_look(state, first),
        ]

    def _silent_from(self, state: CellState) -> datetime | None:
        """From when on a watched intent's own labels have been silent for too long; while they are, every time."""
        rhythm = state.labels.rhythm
        if (
            not state.held.watched
            or not rhythm.hours
            or self._as_judged(state.cell.model).silences.labels.stale
        ):
            return None
        known = self._as_judged(state.cell.model).silence(state)
        present = self._now.timestamp() // HOUR_S
        ahead = min((hour for hour in rhythm.hours if hour > present), default=None)
        looks = [AT_ONCE if known.stale else known.due]
        if ahead is not None:  # what is stamped ahead counts when its hour comes
            looks.append(datetime.fromtimestamp(ahead * HOUR_S, UTC))
        return min(filter(None, looks), default=None)

    def _watched_from(self, state: CellState) -> int | None:
        """With how many outcomes of its model an intent's share is so small that it is watched."""
        held, share = state.held, self._settings.of(state.cell.model).watch.rare_share
        if not share or not may_become_watched(held):
            return None
        if self._as_judged(state.cell.model).state.retirement is not None or state.cell.group is not None:
            return None
        whole = self._everything.get(state.cell.whole)
        support = whole.labels.tally.support if whole is not None else 0
        return max(SHARE_NEEDS, int(support / share))
