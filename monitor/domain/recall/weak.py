"""What weak labels say of an intent's recall, corrected by the tickets that a person labelled, too.

A weak label comes from a program: a rule, a judge of some kind. It is often wrong, but there are many. Sensitivity and
specificity are measured apart where the model predicted the intent and where it did not: what misleads the model may
mislead the program.
"""

from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

DRAWS = 4_000  # of the interval; its ends are then within about .01 of where more draws put them
SEED = 1  # the same counts give the same interval
_JEFFREYS = 0.5
_Array = NDArray[np.float64]


class JudgedTickets(NamedTuple):
    """Tickets that the model predicted as an intent, or as none of it, and how a program labelled them.

    `tickets` came in all, of which `weak` have a weak label; `weak_positive` of these name the intent. `positive` have
    a person's label that names it, too, of which the program found `agreed_positive`; `negative` have one that names
    another, of which it left out `agreed_negative`. `chosen` have one that is left out of all of these: a ticket
    that was chosen by class or by score is no sample of how often the program is right, as its labels steer such draws.
    """

    tickets: int
    weak: int
    weak_positive: int
    positive: int
    agreed_positive: int
    negative: int
    agreed_negative: int
    chosen: int = 0


class WeakRecall(msgspec.Struct, frozen=True):
    """An intent's recall as weak labels tell it, corrected; with a 95 % interval that carries all of its uncertainty.

    `recall` is None where no person has confirmed any of the intent's tickets. `as_said` is what it is without the
    correction. `sensitivity` and `specificity` are the program's over all `both` tickets that a person labelled, too;
    None without any. `labels` are weak ones. `chosen` more tickets have a person's label that is left out, as they were
    chosen by class or by score.
    """

    recall: float | None
    low: float
    high: float
    as_said: float | None
    sensitivity: float | None
    specificity: float | None
    labels: int
    both: int
    chosen: int = 0


def true_rate(apparent: float, sensitivity: float, specificity: float) -> float | None:
    """The share that is truly positive where a test calls `apparent` of it so; None for a test that tells nothing.

    `(apparent + specificity - 1) / (sensitivity + specificity - 1)`, within 0 and 1.

    >>> round(true_rate(0.14, 0.9, 0.95), 4)  # a tenth: .9 of it are called so, and .05 of the rest
    0.1059
    >>> true_rate(0.3, 0.5, 0.5) is None
    True

    Rogan and Gladen 1978, American Journal of Epidemiology 107.
    """
    telling = sensitivity + specificity - 1
    return min(max((apparent + specificity - 1) / telling, 0.0), 1.0) if telling > 0 else None


def weak_recall(predicted: JudgedTickets, others: JudgedTickets) -> WeakRecall | None:
    """Recall from the tickets predicted as the intent, and from all others; None without a weak label.

    Each side's true share is `true_rate` of its weak labels; recall is the tickets found over those found and missed.
    The interval is of draws from the Beta distributions of all six shares (Jeffreys' prior): where few tickets of a
    side have both labels, it is as wide as that leaves it. Costs: people's labels are taken for the truth, and for a
    sample by chance of each side; the weak ones for a sample of all tickets.
    """
    labels = predicted.weak + others.weak
    if not labels:
        return None
    positive, negative = predicted.positive + others.positive, predicted.negative + others.negative
    agreed = predicted.agreed_positive + others.agreed_positive
    left_out = predicted.agreed_negative + others.agreed_negative
    low, high = _interval(predicted, others)
    recall = _corrected(predicted, others)
    return WeakRecall(
        None if recall is None else min(max(recall, low), high),
        low,
        high,
        _recall(_share(predicted) * predicted.tickets, _share(others) * others.tickets),
        agreed / positive if positive else None,
        left_out / negative if negative else None,
        labels,
        positive + negative,
        predicted.chosen + others.chosen,
    )


def _share(side: JudgedTickets) -> float:
    return side.weak_positive / side.weak if side.weak else 0.0


def _recall(found: float, missed: float) -> float | None:
    return found / (found + missed) if found + missed > 0 else None


def _corrected(predicted: JudgedTickets, others: JudgedTickets) -> float | None:
    """The estimate; a side without a person's label of either kind borrows what is missing from the other side."""
    truly = []
    for side, other in ((predicted, others), (others, predicted)):
        sensitivity = _of(side.agreed_positive, side.positive, other.agreed_positive, other.positive)
        specificity = _of(side.agreed_negative, side.negative, other.agreed_negative, other.negative)
        if sensitivity is None or specificity is None:
            return None
        rate = true_rate(_share(side), sensitivity, specificity)
        if rate is None:
            return None
        truly.append(rate * side.tickets)
    return _recall(*truly)


def _of(agreed: int, of: int, borrowed: int, borrowed_of: int) -> float | None:
    if of:
        return agreed / of
    return borrowed / borrowed_of if borrowed_of else None


def _interval(predicted: JudgedTickets, others: JudgedTickets) -> tuple[float, float]:
    rng = np.random.default_rng(SEED)
    found = _true_rates(predicted, rng) * predicted.tickets
    missed = _true_rates(others, rng) * others.tickets
    together = found + missed
    # Draws with no ticket of the intent at all tell nothing of its recall.
    recalls = np.where(together > 0, found / np.where(together > 0, together, 1.0), rng.random(DRAWS))
    low, high = np.quantile(recalls, [0.025, 0.975])
    return float(low), float(high)


def _true_rates(side: JudgedTickets, rng: np.random.Generator) -> _Array:
    apparent = _shares(side.weak_positive, side.weak, rng)
    sensitivity = _shares(side.agreed_positive, side.positive, rng)
    specificity = _shares(side.agreed_negative, side.negative, rng)
    telling = sensitivity + specificity - 1
    rates = np.clip((apparent + specificity - 1) / np.where(telling > 0, telling, 1.0), 0.0, 1.0)
    return np.where(telling > 0, rates, rng.random(DRAWS))  # a test that tells nothing leaves any rate


def _shares(agreed: int, of: int, rng: np.random.Generator) -> _Array:
    return rng.beta(agreed + _JEFFREYS, of - agreed + _JEFFREYS, DRAWS)
