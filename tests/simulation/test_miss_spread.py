"""How often the misses' predicted intents tell wrong labels from a fall, at 5, 10, 20 and 40 misses."""

from collections import Counter
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from monitor.domain.labelling.signature import signature
from monitor.domain.labelling.slips import MissSpread, slips_behind

RECALL, SHARE, OTHERS, NEIGHBOURS = 0.88, 0.01, 12, 3
RUNS = 400
MISSES = (5, 10, 20, 40)


class Story(NamedTuple):
    """What happened to an intent of 1 % of the traffic: labels that slip at a rate, or a recall that fell."""

    slips: float = 0.0
    fell_to: float = RECALL

    @property
    def usual_share(self) -> float:
        """The part of the misses that were there before."""
        usual = SHARE * (1 - RECALL)
        return usual / (SHARE * (1 - self.fell_to) + (1 - SHARE) * self.slips)


def counts(drawn: NDArray[np.int64]) -> dict[str, int]:
    return {f"intent {place}": int(count) for place, count in enumerate(drawn) if count}


def spreads(story: Story, misses: int, runs: int, seed: int) -> Counter[MissSpread]:
    """What is said of so many misses; traffic as 1/k, and the anchor saw five misses of three neighbours."""
    rng = np.random.default_rng(seed)
    said: Counter[MissSpread] = Counter()
    for _ in range(runs):
        traffic = 1 / np.arange(1, OTHERS + 1)
        traffic = rng.permutation(traffic / traffic.sum())
        usual, broken = (_neighbours(rng) for _ in range(2))
        new = traffic if story.slips else broken
        went = rng.multinomial(misses, story.usual_share * usual + (1 - story.usual_share) * new)
        labels = round(misses * (SHARE + (1 - SHARE) * story.slips) / _missed(story))
        behind = slips_behind(labels - misses, misses, 99.0 * labels, RECALL)
        usual_share = 1 - behind.part if behind else 1.0
        flow, before = rng.multinomial(2000, traffic), rng.multinomial(5, usual)
        said[signature(counts(went), counts(flow), counts(before), usual_share).spread] += 1
    return said


def _missed(story: Story) -> float:
    return SHARE * (1 - story.fell_to) + (1 - SHARE) * story.slips


def _neighbours(rng: np.random.Generator) -> NDArray[np.float64]:
    shares = np.zeros(OTHERS)
    shares[rng.choice(OTHERS, NEIGHBOURS, replace=False)] = rng.dirichlet(np.ones(NEIGHBOURS))
    return shares


@pytest.mark.parametrize(
    ("story", "right"),
    [
        (Story(slips=0.002), (0.17, 0.55, 0.80, 0.89)),
        (Story(slips=0.005), (0.23, 0.72, 0.93, 0.98)),
        (Story(slips=0.01), (0.30, 0.73, 0.95, 1.0)),
        (Story(fell_to=0.39), (0.52, 0.83, 0.98, 1.0)),
        (Story(fell_to=0.60), (0.24, 0.60, 0.93, 1.0)),
    ],
)
def test_where_misses_went_tells_wrong_labels_from_a_fall_this_often(
    story: Story, right: tuple[float, ...]
) -> None:
    truth = MissSpread.LIKE_TRAFFIC if story.slips else MissSpread.FEW_NEIGHBOURS
    for misses, expected in zip(MISSES, right, strict=True):
        said = spreads(story, misses, RUNS, seed=misses)
        wrong = RUNS - said[truth] - said[MissSpread.UNCLEAR]
        assert said[truth] / RUNS == pytest.approx(expected, abs=0.05)  # docs/statistics.md
        assert wrong <= 0.01 * RUNS
