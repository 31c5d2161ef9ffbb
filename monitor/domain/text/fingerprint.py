"""Do two sets of tickets look alike? Texts (or descriptors) in, how well a classifier tells them apart out.

Near .5 the one stands for the other. Above .8 what was measured on the one says little about the other.
scikit-learn and scipy.stats are imported where they are used: a second and 100 MiB that only an audit should pay.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from threadpoolctl import threadpool_limits

from monitor.domain.text.apart import Apart, DescriptorDifference
from monitor.domain.text.descriptors import NAMES, Descriptors

FEWEST = 10  # tickets on each side; with fewer there is nothing to learn from
MOST = 400  # on each side: more make it slower, not wiser
FOLDS = 5
ROUNDS = 199
HOPELESS = 10  # so many permutations as good as the truth, and p can't be small any more

Matrix = Any  # a sparse or dense matrix of features, one row a ticket


def tell_apart(left: Sequence[str], right: Sequence[str], seed: int = 0) -> Apart | None:
    """How well TF-IDF of character 2- to 4-grams and logistic regression tell two sets of texts apart.

    Every score comes from a model that did not see its ticket (5 folds). Texts that occur twice on a side count
    once, those on both sides stay: they are what can't be told apart. None where a side has under 10 texts.
    `p` is by refitting to shuffled sides, `(1 + as good) / (1 + rounds)`, and ends early once it can't be small
    (Phipson & Smyth 2010; Besag & Clifford 1991). Costs 2 to 10 s at 400 texts a side.

    Lopez-Paz & Oquab 2017, Revisiting Classifier Two-Sample Tests.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    rng = np.random.default_rng(seed)
    first, second = _some(left, rng), _some(right, rng)
    if min(len(first), len(second)) < FEWEST:
        return None
    features = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, max_features=20_000)
    return _apart(features.fit_transform([*first, *second]), len(first), len(second), rng)


def tell_descriptors_apart(
    left: Sequence[Descriptors], right: Sequence[Descriptors], seed: int = 0, rounds: int = ROUNDS
) -> Apart | None:
    """The same from descriptors, where texts may not be kept; with no `rounds` there is no p, and no waiting."""
    from sklearn.preprocessing import StandardScaler

    if min(len(left), len(right)) < FEWEST:
        return None
    rng = np.random.default_rng(seed)
    rows = np.asarray([*left[:MOST], *right[:MOST]], np.float64)
    rows = rows[:, ~np.isnan(rows).any(axis=0)]  # what is not known of every ticket tells none from another
    return _apart(StandardScaler().fit_transform(rows), len(left[:MOST]), len(right[:MOST]), rng, rounds)


def differences(left: Sequence[Descriptors], right: Sequence[Descriptors]) -> list[DescriptorDifference]:
    """Descriptor by descriptor, the most telling first; one that is not known of every ticket is left out.

    `p` is Mann & Whitney's (1947, with ties), times the number of descriptors (Bonferroni).
    """
    if not left or not right:
        return []
    first, second = np.asarray(left, np.float64), np.asarray(right, np.float64)
    sides = np.r_[np.ones(len(first), bool), np.zeros(len(second), bool)]
    contrasts = [
        DescriptorDifference(
            name,
            float(first[:, place].mean()),
            float(second[:, place].mean()),
            area(np.r_[first[:, place], second[:, place]], sides),
            _chance(first[:, place], second[:, place]),
        )
        for place, name in enumerate(NAMES)
        if not np.isnan(np.r_[first[:, place], second[:, place]]).any()
    ]
    return sorted(contrasts, key=lambda contrast: -abs(contrast.auc - 0.5))


def area(scores: NDArray[np.float64], sides: NDArray[np.bool_]) -> float:
    """P(a score of the one side is above one of the other), ties by half: the area under the ROC curve.

    >>> area(np.array([3.0, 1.0, 2.0, 0.0]), np.array([True, True, False, False]))
    0.75
    """
    from scipy.stats import rankdata

    positives = int(sides.sum())
    negatives = sides.size - positives
    return float((rankdata(scores)[sides].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def lower_limit(scores: NDArray[np.float64], sides: NDArray[np.bool_], level: float = 0.95) -> float:
    """The one-sided lower limit of the area by DeLong, DeLong & Clarke-Pearson 1988, in logits so that it stays
    within 0..1; for a separation without an error, by half an error.
    """
    from scipy.stats import rankdata

    first, second = scores[sides], scores[~sides]
    m, n = first.size, second.size
    both = rankdata(np.r_[first, second])
    above = (
        both[:m] - rankdata(first)
    ) / n  # of each on the one side: the share of the other that is below it
    below = 1 - (both[m:] - rankdata(second)) / m
    auc = float(above.mean())
    variance = float(above.var(ddof=1)) / m + float(below.var(ddof=1)) / n
    inside = min(max(auc, 0.5 / (m * n)), 1 - 0.5 / (m * n))
    scale = inside * (1 - inside)
    spread = max(math.sqrt(variance), 0.5 / min(m, n) * scale) / scale
    return float(1 / (1 + math.exp(-(math.log(inside / (1 - inside)) - float(ndtri(level)) * spread))))


def _chance(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    from scipy.stats import mannwhitneyu

    if np.ptp(np.r_[first, second]) == 0:
        return 1.0
    return min(1.0, len(NAMES) * float(mannwhitneyu(first, second, method="asymptotic").pvalue))


def _some(texts: Sequence[str], rng: np.random.Generator) -> list[str]:
    different = list(dict.fromkeys(texts))
    if len(different) <= MOST:
        return different
    return [different[place] for place in sorted(rng.choice(len(different), MOST, replace=False))]


def _apart(features: Matrix, left: int, right: int, rng: np.random.Generator, rounds: int = ROUNDS) -> Apart:
    sides = np.r_[np.ones(left, bool), np.zeros(right, bool)]
    with threadpool_limits(1):
        scores = _crossed(features, sides, rng)
        auc = area(scores, sides)
        as_good = done = 0
        while done < rounds and as_good < HOPELESS:
            shuffled: NDArray[np.bool_] = rng.permutation(sides).astype(bool)
            as_good += area(_crossed(features, shuffled, rng), shuffled) >= auc
            done += 1
    p = (1 + as_good) / (1 + done) if rounds else None
    return Apart(auc, lower_limit(scores, sides), p, left, right)


def _crossed(features: Matrix, sides: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.float64]:
    """Each row's score, by a model of the other folds."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    scores = np.empty(sides.size)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=int(rng.integers(2**31)))
    for train, held in folds.split(np.zeros(sides.size), sides):
        model = LogisticRegression(C=10.0, solver="liblinear", class_weight="balanced")
        scores[held] = model.fit(features[train], sides[train]).decision_function(features[held])
    return scores
