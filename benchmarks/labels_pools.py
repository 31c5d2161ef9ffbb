"""Tickets that labels are drawn from: made up, so that all is known of them; each design's chances for them."""

import math
from collections import Counter
from collections.abc import Mapping
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from monitor.domain.events.types import Design
from monitor.domain.sampling.draws import Candidate, chances
from monitor.domain.sampling.wanted import Wanted

DESIGNS = (Design.UNIFORM, Design.BY_PREDICTION, Design.BY_SCORE)
INTENT = "gdpr_erasure"
A_DAY = 2_000
MADE = 40_000  # tickets in a pool: what a rule is made for, and what days are drawn from


class Pool(NamedTuple):
    """Tickets of some traffic: as what each was predicted, whether it is the intent's, and its score for that."""

    intent: str
    predicted: NDArray[np.str_]
    truth: NDArray[np.bool_]
    scores: NDArray[np.float64]

    @property
    def recall(self) -> float:
        """How many of the intent's tickets were predicted as it."""
        return float((self.predicted[self.truth] == self.intent).mean())

    @property
    def share(self) -> float:
        """How many of the tickets are the intent's."""
        return float(self.truth.mean())


class World(NamedTuple):
    """How an intent's tickets are missed: the share of the traffic that it is, and where misses go.

    `foretold` is where the anchor's misses went. Scores tell misses from what else was predicted otherwise at `auc`.
    """

    name: str
    share: float = 0.01
    auc: float = 0.95
    misses: Mapping[str, float] = {"cancel_account": 0.45, "feature_request": 0.45}
    foretold: Mapping[str, float] = {"cancel_account": 9, "feature_request": 9, "billing": 2}
    healthy: float = 0.88
    fallen: float = 0.39
    ppv: float = 0.8

    @property
    def wanted(self) -> Wanted:
        """What a draw knows of the intent."""
        return Wanted(INTENT, self.ppv, self.foretold)


# The shares of the other classes; 15 % of the traffic are in the two that misses go to.
CLASSES = {"cancel_account": 0.07, "feature_request": 0.08, "billing": 0.4, "login": 0.35, "other": 0.1}
WORLDS = [
    World("as the anchor's"),
    World("as the anchor's, .3 % of the traffic", share=0.003),
    World("as the anchor's, 3 % of the traffic", share=0.03),
    World("everywhere", misses={}, foretold={}),
    World("not where the anchor's went", misses={"login": 0.9}),
    World("as the anchor's, scores of AUC .80", auc=0.80),
    World("as the anchor's, a fall to .60", fallen=0.60),
]


def pool(world: World, recall: float, rng: np.random.Generator) -> Pool:
    """So many tickets of a world, calibrated scores at the recall that draws are made for."""
    positives = round(MADE * world.share)
    hits = round(positives * recall)
    false = round(positives * world.healthy * (1 - world.ppv) / world.ppv)
    rest = MADE - positives - false
    names, sizes = list(CLASSES), np.array(list(CLASSES.values()))
    spread = np.array([world.misses.get(name, 0.0) for name in names])
    spread = spread + (1 - spread.sum()) * sizes
    predicted = np.concatenate(
        [
            np.full(hits, INTENT),
            rng.choice(names, positives - hits, p=spread / spread.sum()),
            np.full(false, INTENT),
            rng.choice(names, rest, p=sizes / sizes.sum()),
        ]
    )
    truth = np.arange(MADE) < positives
    apart = math.sqrt(2) * NormalDist().inv_cdf(world.auc)
    latent = rng.normal(size=MADE) + np.where(truth, apart, 0.0)
    odds = world.share * world.healthy / (1 - world.share)  # as many missed as found
    likelier = odds * np.exp(apart * latent - apart**2 / 2)
    scores = np.where(predicted == INTENT, world.ppv, likelier / (1 + likelier))
    return Pool(INTENT, predicted, truth, scores)


def drawn_with(
    tickets: Pool, wanted: Wanted, share: float, design: Design, least: float
) -> NDArray[np.float64]:
    """The chance of each of the pool's tickets, where so large a part of them is drawn."""
    candidates = [
        Candidate(str(at), predicted, {tickets.intent: score})
        for at, (predicted, score) in enumerate(
            zip(tickets.predicted.tolist(), tickets.scores.tolist(), strict=True)
        )
    ]
    traffic = Counter(tickets.predicted.tolist())
    return chances(candidates, [wanted], share * len(candidates), design, least, traffic)
