"""Once a day is over: bets on the shares and the scores of its predictions, before any label. Each day is bet on once.

A day is over for a model once predictions came that were made six hours after its end, or two days after it of another
model. What comes later for it is not bet on again. A bet stands in the database as of the end of its last day, saved
in the transaction that read the day, so a killed agent bets on the same days as one that was not.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import NamedTuple, TypeVar

from monitor.domain.anchors.promise import Anchor
from monitor.domain.detection.early import EarlyBet, after_day, fresh_early, promised_share
from monitor.domain.detection.early_sign import EarlySign
from monitor.domain.detection.scores import ScoreDay, mean_score, usual_edge
from monitor.domain.detection.shares import (
    LAG_DAYS,
    LEARN_DAYS,
    REFERENCE_DAYS,
    DayCount,
    UsualShare,
    usual_share,
    usual_window,
)
from monitor.domain.events.microseconds import DAY_US, from_us, to_us
from monitor.domain.events.types import Model
from monitor.domain.judging.service import last_prediction, replaced
from monitor.domain.judging.state import CellState, ModelState
from monitor.domain.labelling.hours import in_line
from monitor.domain.labelling.rhythm import HISTORY, Rhythm
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.early import EarlyFacts, EarlyNote
from monitor.evaluate.ports import EarlyTransaction, PredictedDays
from monitor.incidents.early_notes import tell_early
from monitor.incidents.isolation import Isolation
from monitor.settings.settings import Settings

GRACE = timedelta(hours=6)
SILENT = timedelta(days=2)
CATCH_UP = 120  # days, of a history that was there before the bet
ELSEWHERE = 3
_BetsBySign = dict[tuple[Cell, EarlySign], EarlyBet]


def note_early(
    transaction: EarlyTransaction, isolation: Isolation, bets: "EarlyBets", people: datetime
) -> int:
    """Bet on the days that are over, and tell of the notes that stand; how many notices that takes.

    Cost, where no day is over: two small queries.
    """
    for model, last in isolation.attempt("the days that are over", bets.due, dict[Model, int]()).items():
        isolation.attempt_whole(f"the predictions of {model}", partial(bets.take, model, last), None)
    standing = transaction.standing_early()
    tell = partial(bets.tell, standing, people)
    return isolation.attempt_whole("what is noted before any label", tell, 0) if standing else 0


class EarlyBets:
    """Bets on the days that are over by `now`. What they may spend is shared evenly by all that is `watched`.

    `taken` is up to which day it is known that all were made; more is added to it.
    """

    def __init__(
        self,
        transaction: EarlyTransaction,
        watched: Iterable[Cell],
        cells: Mapping[Cell, CellState],
        models: Mapping[Model, ModelState],
        anchors: Mapping[Model, Anchor],
        settings: Settings,
        now: datetime,
        taken: dict[Model, int] | None = None,
    ) -> None:
        self._taken = {} if taken is None else taken
        self._tx = transaction
        self._cells = cells
        self._models = models
        self._anchors = anchors
        self._settings = settings
        self._now = now
        gone = replaced(models)
        self._watched = {cell for cell in watched if cell.model not in gone}
        self._money = settings.judge.early_notes_per_year / 365 / len(EarlySign) / max(len(self._watched), 1)

    def tell(self, standing: Sequence[EarlyNote], people: datetime) -> int:
        """Tell of the notes that stand, and let go of those of what is not watched any more; how many notices."""
        for note in standing:
            if not self.may_note(note.facts.cell):
                self.let_go(note.facts.cell, note.facts.sign)
        ours = [note for note in standing if self.may_note(note.facts.cell)]
        return tell_early(self._tx, ours, self._cells, self._settings, self._now, people)

    def due(self) -> dict[Model, int]:
        """The models of which a day is over that was not bet on, and the last such day."""
        if not self._money:
            return {}
        over = {model: last for model in self._by_model if (last := self._over(model)) is not None}
        if all(self._taken.get(model) == last for model, last in over.items()):
            return {}
        taken = self._tx.early_days()
        due = {}
        for model, last in over.items():
            cells = self._by_model[model]
            if any(taken.get((cell, sign), -1) < last for cell in cells for sign in EarlySign):
                due[model] = last
            else:
                self._taken[model] = last
        return due

    def may_note(self, cell: Cell) -> bool:
        """Whether anything may be noted of a cell."""
        return bool(self._money) and cell in self._watched

    @cached_property
    def _by_model(self) -> dict[Model, list[Cell]]:
        by_model: dict[Model, list[Cell]] = {}
        for cell in sorted(self._watched):
            by_model.setdefault(cell.model, []).append(cell)
        return by_model

    def _over(self, model: Model) -> int | None:
        """The last day that is over for a model; None before the first."""
        own = self._last_prediction(model)
        if own is None:
            return None
        others = [at for at in self._latest.values() if at is not None]
        heard = max(own - GRACE, max(others, default=own) - SILENT)
        return to_us(min(heard, self._now - GRACE)) // DAY_US - 1

    @cached_property
    def _latest(self) -> dict[Model, datetime | None]:
        return {model: last_prediction(state) for model, state in self._models.items()}

    def _last_prediction(self, model: Model) -> datetime | None:
        """When its last prediction was made, strays left out. A model that no label came to has no state yet."""
        if model in self._latest:
            return self._latest[model]
        hours = self._tx.prediction_hours(model, self._now - timedelta(hours=HISTORY))
        return Rhythm(dict(hours)).latest()

    def take(self, model: Model, last: int) -> None:
        """Bet on a model's days up to this one; keep what is to be noted."""
        known, intents = self._tx.early_bets(model), [cell.intent for cell in self._by_model[model]]
        bets: _BetsBySign = {}
        for cell in self._by_model[model]:
            apart = self._tx.counted_as(model, cell.intent) == cell.intent  # else it has no share of its own
            for sign in EarlySign:
                begun_before = known.get((cell, sign), fresh_early(last - CATCH_UP))
                bets[cell, sign] = begun_before if apart else fresh_early(last)
        since = min(bet.day for bet in bets.values()) + 1 - REFERENCE_DAYS - LAG_DAYS
        together = self._tx.predicted_days(model, intents, since, last, together=True)
        own = self._tx.predicted_days(model, intents, since, last, together=False)
        scores = self._tx.score_days(model, intents, since, last)
        begun, first = _first_in_line(own.totals), _first_in_line(together.totals)
        for (cell, sign), bet in bets.items():
            days: _Days = (
                _Shares(
                    first,
                    _counted(together, cell.intent),
                    _counted(own, cell.intent),
                    self._promised(cell),
                )
                if sign is EarlySign.SHARE
                else _Scores(begun, {each.day: each for each in scores.get(cell.intent, ())})
            )
            bets[cell, sign] = self._go_on(cell, sign, bet, days, last)
        self._tx.save_early_bets(bets)

    def _go_on(self, cell: Cell, sign: EarlySign, bet: EarlyBet, days: "_Days", last: int) -> EarlyBet:
        for day in range(bet.day + 1, last + 1):
            noted = bet.note
            usual, edge = days.usual(day) if noted is None else (noted.usual, noted.edge)
            bet = after_day(bet, usual, days.on(day, edge), sign, self._money, edge)
            if bet.note is not None and noted is None:
                usually, recent, predicted, total = days.figures(bet.note.usual, bet.note.begun, day)
                self._tx.note_early(
                    EarlyFacts(
                        cell=cell,
                        sign=sign,
                        begun=from_us(bet.note.begun * DAY_US),
                        noted=from_us((day + 1) * DAY_US),
                        usual=usually,
                        recent=recent,
                        predicted=predicted,
                        total=total,
                        elsewhere=self._elsewhere(cell),
                    )
                )
            if bet.note is None and noted is not None:
                self._tx.end_early(cell, sign, day)
        return bet

    def _promised(self, cell: Cell) -> UsualShare | None:
        """What its anchor promises of its share, where the anchor's examples are traffic as it comes."""
        anchor = self._anchors.get(cell.model)
        if anchor is None or not self._settings.of(cell.model).anchor.of_traffic:
            return None
        return promised_share(anchor, cell.intent)

    def _elsewhere(self, cell: Cell) -> tuple[str, ...]:
        """Where its misses went, offline and as far as labels tell."""
        anchor = self._anchors.get(cell.model)
        promise = anchor.promise(cell.intent) if anchor is not None else None
        misses = Counter(self._cells[cell].labels.tally.misses_to)
        misses.update(promise.misses_to if promise is not None else {})
        ranked = sorted(misses.items(), key=lambda item: (-item[1], item[0]))
        return tuple(intent for intent, count in ranked[:ELSEWHERE] if count > 0)

    def let_go(self, cell: Cell, sign: EarlySign) -> None:
        """Of what is not watched any more nothing is noted: should it be again, its bet begins anew."""
        day = to_us(self._now) // DAY_US - 1
        self._tx.end_early(cell, sign, day)
        self._tx.save_early_bets({(cell, sign): fresh_early(day)})


class _Figures(NamedTuple):
    """What is usual, what it is since a day, of so many predictions of the intent among so many."""

    usual: float
    recent: float
    predicted: int
    total: int


class _Shares:
    """An intent's share of predictions: usual is that of all versions together, bet on is the version's own."""

    def __init__(
        self,
        first: int,
        together: Mapping[int, DayCount],
        own: Mapping[int, DayCount],
        promised: UsualShare | None,
    ) -> None:
        self._first, self._together, self._own, self._promised = first, together, own, promised

    def usual(self, day: int) -> tuple[UsualShare | None, int]:
        """Of a model's first six weeks what its anchor promises, where that tells."""
        if self._promised is not None and day < self._first + LEARN_DAYS + LAG_DAYS:
            return self._promised, 0
        return usual_share(list(_within(self._together, usual_window(self._first, day)))), 0

    def on(self, day: int, _: int) -> DayCount:
        return self._own.get(day, DayCount(day, 0, 0))

    def figures(self, usual: UsualShare, begun: int, noted: int) -> _Figures:
        since = list(_within(self._own, range(begun, noted + 1)))
        counted, total = sum(day.counted for day in since), sum(day.total for day in since)
        return _Figures(usual.share, counted / total, counted, total)


class _Scores:
    """The scores of what is predicted as an intent, held to those of the same version: others score otherwise."""

    def __init__(self, first: int, days: Mapping[int, ScoreDay]) -> None:
        self._first, self._days = first, days

    def usual(self, day: int) -> tuple[UsualShare | None, int]:
        days = list(_within(self._days, usual_window(self._first, day)))
        edge = usual_edge(days)
        return (usual_share([each.at_least(edge) for each in days]) if edge else None), edge

    def on(self, day: int, edge: int) -> DayCount:
        return self._days[day].at_least(edge) if day in self._days else DayCount(day, 0, 0)

    def figures(self, _: UsualShare, begun: int, noted: int) -> _Figures:
        before = list(_within(self._days, usual_window(self._first, noted)))
        since = list(_within(self._days, range(begun, noted + 1)))
        scored = sum(day.scored for day in since)
        return _Figures(mean_score(before) or 0.0, mean_score(since) or 0.0, scored, scored)


_Days = _Shares | _Scores
_Day = TypeVar("_Day", DayCount, ScoreDay)


def _within(days: Mapping[int, _Day], window: range) -> Iterator[_Day]:
    return (days[day] for day in window if day in days)


def _counted(days: PredictedDays, intent: str) -> dict[int, DayCount]:
    counts = days.by_intent.get(intent, {})
    return {day: DayCount(day, counts.get(day, 0), total) for day, total in days.totals.items()}


def _first_in_line(totals: Mapping[int, int]) -> int:
    """The first of these days, but for strays with the time of another clock."""
    days = in_line({day * 24: total for day, total in totals.items()})
    return int(days[0]) // 24 if len(days) else 0
