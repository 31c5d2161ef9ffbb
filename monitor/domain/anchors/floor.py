"""An anchor's recall and support and the tolerated drop come in; the recall that must be kept goes out."""

from typing import Literal

from monitor.domain.recall.intervals import clopper_pearson_lower

MIN_FLOOR = 0.10
"""A floor below this cannot be judged: there is no room left under it for a broken recall."""

TreatAs = Literal["estimate", "promise"]


def floor(recall: float, support: float | None, drop: float = 0.10, treat_as: TreatAs = "estimate") -> float:
    """The recall below which the promise is broken: what was promised less what may be lost.

    `f = a - drop`, a = k0/n0 the anchor's recall; where its support n0 is known and the anchor is an
    estimate, also no higher than the one-sided 95 % Clopper-Pearson lower limit of k0 out of n0, so that a
    small, lucky anchor seldom pages by itself. `promise` holds the model to the number as it stands.
    Costs: a small anchor gives a low floor, and a low floor is slower to page. Never below 0.

    >>> floor(0.88, None)
    0.78
    >>> floor(33 / 38, 38) < floor(33 / 38, 38, treat_as="promise")
    True

    Clopper & Pearson 1934, for the limit.
    """
    if not 0 <= recall <= 1 or drop < 0 or (support is not None and support < 0):
        raise ValueError(f"no such anchor: recall {recall}, support {support}, drop {drop}")
    # Rounded, so that .35 - .25 is the .10 that can just be judged and not a hair less.
    kept = max(0.0, round(recall - drop, 12))
    if support is None or treat_as == "promise":
        return kept
    return min(kept, clopper_pearson_lower(recall * support, support))
