"""How much each of a cell's outcomes moves in its bet: by its weight, and by how far a miss is believed."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Protocol

import numpy as np

from monitor.domain.detection.bars import log_terms
from monitor.domain.detection.outcomes import Outcomes, outcomes
from monitor.domain.events.types import Design, Outcome
from monitor.domain.judging.state import CellState
from monitor.domain.recall.intervals import FloatArray
from monitor.domain.recall.scales import Samples, bet_weights, bet_weights_after


class BetHits(Protocol):
    """Some of a cell's outcomes in their order: seq, hit or not, when known (microseconds since 1970), how chosen.

    Of a group, `intents` says which member's each is; `agreed` whether two people read it so.
    """

    @property
    def seqs(self) -> Sequence[int]: ...  # noqa: D102

    @property
    def hits(self) -> Sequence[bool]: ...  # noqa: D102

    @property
    def known_us(self) -> Sequence[int]: ...  # noqa: D102

    @property
    def chosen(self) -> Sequence[tuple[Design, float | None]]: ...  # noqa: D102

    @property
    def intents(self) -> Sequence[str]: ...  # noqa: D102

    @property
    def agreed(self) -> Sequence[bool]: ...  # noqa: D102


class CellStakes:
    """The stakes of one cell's outcomes. `weighted`: they count by 1/pi; `doubting`: some misses for less."""

    def __init__(self, state: CellState) -> None:
        self.weighted = state.bet.weighted
        self._min_probability = state.labels.min_probability
        self._bet_weights = partial(
            bet_weights,
            min_probability=state.labels.min_probability,
            one_class=state.cell.group is None,
            uneven=state.labels.tally.weighed.uneven,
        )
        self._intent = state.cell.intent
        self._misses: Mapping[str, float] = state.held.miss_weights

    @property
    def doubting(self) -> bool:
        """Whether misses that only one person read count for less."""
        return bool(self._misses)

    def of(self, some: BetHits, samples: Samples) -> tuple[Outcomes, Samples]:
        """Outcomes as they are bet on, behind labels of these `samples`; and the samples with theirs."""
        weights, calm = np.ones(len(some.seqs)), None
        if self.weighted:
            weights, calm, samples = self._bet_weights(samples, some.chosen, some.hits)
        believed = self._believed(some.hits, some.agreed, some.intents) if self._misses else None
        return outcomes(some.hits, weights, some.seqs, some.known_us, some.intents, calm, believed), samples

    def log_terms(self, some: Sequence[Outcome], floor: float, samples: Samples) -> FloatArray:
        """What outcomes of a cell with a floor add to the log of its product since the release."""
        weights, hits = np.ones(len(some)), [outcome.hit for outcome in some]
        if self.weighted:
            chosen = [(outcome.design, outcome.probability) for outcome in some]
            weights = bet_weights_after(samples, chosen, self._min_probability)
        if self._misses:
            weights = weights * self._believed(hits, [outcome.agreed for outcome in some], ())
        return log_terms(floor, hits, weights)

    def _believed(self, hits: Sequence[bool], agreed: Sequence[bool], intents: Sequence[str]) -> FloatArray:
        single = self._misses.get(self._intent, 1.0)
        misses = [self._misses.get(intent, 1.0) for intent in intents] if intents else [single] * len(hits)
        sure = np.asarray(hits, np.bool_) | np.asarray(agreed, np.bool_)
        return np.where(sure, 1.0, np.array(misses, np.float64))
