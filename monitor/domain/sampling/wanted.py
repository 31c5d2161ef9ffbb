"""The intents that labels are wanted for come in, with the traffic; what each class holds of each of them goes out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from monitor.domain.recall.intervals import FloatArray

R_STAR = 0.5
"""The recall that draws are made for: of an intent that is about to be paged, and where a wrong guess costs least."""
TRUST = 0.8  # of the misses to come are looked for where they went offline, at most
AS_MANY_GUESSED = 2.0  # an anchor of so many misses is trusted half as much as one of very many
LEAST_PPV = 0.05
RAREST = 1e-4  # of the traffic, at least, an intent counts as predicted, and others as well


@dataclass(frozen=True, slots=True)
class Wanted:
    """An intent whose recall labels are to tell.

    `ppv` is the share of what is predicted as it that is it. `misses_to` counts where its misses went offline. Guesses
    of both will do: they decide how many labels a design needs, never whether it is valid. Of several intents one of
    `weight` 4 gets about twice the labels of one of weight 1.
    """

    intent: str
    ppv: float = 0.8
    misses_to: Mapping[str, float] | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Holdings:
    """Of each class of predictions (rows; the last is any that the traffic lacks) and wanted intent (columns).

    `sizes` are the predictions of each class. `shares` is the part of them that is the intent's, were its recall R*;
    `own` is where the class is the intent. `positives` are all of an intent's tickets, as a share of the traffic.
    """

    classes: tuple[str, ...]
    sizes: FloatArray
    shares: FloatArray
    own: FloatArray
    positives: FloatArray

    @property
    def worth(self) -> FloatArray:
        """What a ticket of a class that is the intent's for certain tells of its recall: `(x - R*)^2 / P^2`.

        P are the intent's tickets, x is 1 in its own class and 0 elsewhere.
        """
        return np.asarray(np.where(self.own, 1 - R_STAR, R_STAR) ** 2 / self.positives**2)


def holdings(wanted: Sequence[Wanted], traffic: Mapping[str, float]) -> Holdings:
    """What the traffic, predictions by class, holds of each intent.

    Its own class holds `N1 ppv`. As many again, `N1 ppv (1 - R*)/R*`, are missed: a part t of them where the anchor's
    misses m_c went, the rest like the traffic, so that class c holds
    `f0_c = N1 ppv (1 - R*)/R* (t m_c/(m N_c) + (1 - t)/N0)`, `t = .8 m/(m + 2)`; without known misses that is
    section 6's `f0 = N1 ppv (1 - R*)/(R* N0)`.
    Costs: where a fall's misses go somewhere else, an eighth more labels than uniform ones; where they go as foretold,
    less than half of them.

    >>> of = holdings([Wanted("refund", 0.8)], {"refund": 20, "other": 980})
    >>> of.shares[:2].round(5).tolist()  # 16/980, and ppv
    [[0.01633], [0.8]]

    Source: section 6; the trust in the anchor's misses is the product's own.
    """
    classes = tuple(sorted(traffic.keys() | {intent.intent for intent in wanted}))
    sizes = np.array([*(traffic.get(name, 0.0) for name in classes), 0.0])
    parts = sizes / (float(sizes.sum()) or 1.0)
    shares, own = np.empty((len(sizes), len(wanted))), np.zeros((len(sizes), len(wanted)))
    positives = np.empty(len(wanted))
    for column, intent in enumerate(wanted):
        at, ppv = classes.index(intent.intent), max(intent.ppv, LEAST_PPV)
        theirs = max(float(parts[at]), RAREST)
        missed = theirs * ppv * (1 - R_STAR) / R_STAR
        known = np.array([*((intent.misses_to or {}).get(name, 0.0) for name in classes), 0.0])
        known[at] = 0.0
        known[parts < RAREST] = 0.0
        seen = float(known.sum())
        trust = TRUST * seen / (seen + AS_MANY_GUESSED)
        there = known / np.maximum(parts, RAREST) / (seen or 1.0)
        shares[:, column] = np.minimum(missed * (trust * there + (1 - trust) / max(1 - theirs, RAREST)), 1.0)
        shares[at, column], own[at, column] = ppv, 1.0
        positives[column] = theirs * ppv / R_STAR
    return Holdings(classes, sizes, shares, own, positives)
