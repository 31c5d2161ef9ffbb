"""Use case 2: new outcomes and corrections -> tallies -> bets -> verdicts -> incidents and their notices."""

from collections.abc import Callable
from datetime import datetime

from monitor.errors import JudgingError
from monitor.evaluate.before import ConcernsAll
from monitor.evaluate.evaluation import Evaluation
from monitor.evaluate.known import KnownCells
from monitor.evaluate.narrow import NarrowRound
from monitor.evaluate.ports import EvaluationStore, EvaluationTransaction
from monitor.evaluate.round import Round
from monitor.settings.settings import Settings


class Evaluate:
    """Judges the cells to which something came since the last time, or whose time it is.

    Its cost is what is new, never the history, nor how many cells there are: where what an evaluation rests on is as
    the one before left it, the other cells are as they were. Else every cell is judged.

    `clock` is that of people, by which silences and quiet hours go and before which nothing is told to have begun:
    where it is not given, it is the time as of which is judged.
    """

    def __init__(
        self, store: EvaluationStore, settings: Settings, clock: Callable[[], datetime] | None = None
    ) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._known: KnownCells | None = None

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
                round_, chunk = self._round(transaction, as_of, people)
            self._known = round_.known
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

    def _round(
        self, transaction: EvaluationTransaction, now: datetime, people: datetime
    ) -> tuple[Round, Evaluation]:
        """Judge what is new; where that is not enough, every cell."""
        known = self._known_before(transaction)
        if known is not None:
            narrow: NarrowRound | None = None
            try:
                narrow = NarrowRound(transaction, self._settings, now, people, known)
                return narrow, narrow.run()
            except ConcernsAll:
                pass  # nothing was written yet
            except Exception as failure:  # with every cell the rest is judged whatever fails
                if (narrow is not None and narrow.writes) or not transaction.goes_on(failure):
                    raise
        round_ = Round(transaction, self._settings, now, people)
        return round_, round_.run()

    def _known_before(self, transaction: EvaluationTransaction) -> KnownCells | None:
        """What is known of all cells, where the last evaluation rested on the same."""
        rested_on, changes = transaction.rested_on(), transaction.changes()
        if rested_on is None or rested_on.changes != changes:
            return None
        if self._known is not None and self._known.holds(rested_on):
            return self._known
        try:
            known = KnownCells.read(transaction, self._settings)
        except Exception as failure:
            if not transaction.goes_on(failure):
                raise
            return None
        return known if known.holds(rested_on) else None
