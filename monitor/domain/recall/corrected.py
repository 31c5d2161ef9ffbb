"""What tickets that agents re-routed say of an intent's recall, where silence is priced.

A correction is evidence of a miss; a ticket left alone is none of a hit. With c corrections and an acquiescence q (how
often agents leave a wrong routing), misses are between c/(1 - q_lo) and c/(1 - q_hi). Where q is not measured,
corrections bound recall from above.
"""

from enum import StrEnum

import msgspec
import numpy as np
from numpy.typing import NDArray

from monitor.domain.recall.acquiescence import Acquiescence, acquiescence, differs, drawn_shares
from monitor.domain.recall.at_most import recall_at_most
from monitor.domain.recall.estimate import Estimate
from monitor.domain.recall.weights import Weighed

DRAWS = 4_000  # of the interval; its ends are then within about .01 of where more draws put them
SEED = 1  # the same counts give the same interval
_HALF = 0.5
_LEAST_SEEN = (
    1e-6  # of the wrong routings, corrected: with fewer still, misses have no upper limit that says anything
)
_Array = NDArray[np.float64]


class BoundsOnly(StrEnum):
    """Why corrections do no more than bound recall."""

    TOO_FEW = "too_few"  # drawn tickets that were routed wrongly, to measure acquiescence on
    DIFFERS = (
        "differs"  # agents treat this intent's otherwise than all others, and too few of its own are drawn
    )
    NONE_CORRECTED = "none_corrected"  # of the drawn tickets that were routed wrongly


class CorrectedTickets(msgspec.Struct, frozen=True):
    """An intent's tickets, all predicted while agents' corrections are known.

    `predicted` were predicted as the intent, of which `away` were corrected to another; `corrected` were predicted as
    another, or had no answer (`unanswered` of them), and were corrected to it. `own` are the drawn and labelled tickets
    of the intent that were predicted as another, `everybodys` those of all of the model's intents: hits where agents
    left them, misses where they corrected them.
    """

    predicted: int
    corrected: int
    away: int
    own: Weighed
    everybodys: Weighed
    unanswered: int = 0


class CorrectedRecall(msgspec.Struct, frozen=True):
    """An intent's recall by `corrected` tickets, with a 95 % interval that carries all of its uncertainty.

    It is at most `at_most` whatever agents left alone; the same is what it would be if silence were believed. `recall`
    and `misses` are None where corrections are `bounds_only`. Of the `predicted` tickets `away` were corrected.
    """

    corrected: int
    predicted: int
    away: int
    at_most: float
    acquiescence: Acquiescence
    recall: Estimate | None = None
    misses: Estimate | None = None
    bounds_only: BoundsOnly | None = None


def corrected_recall(tickets: CorrectedTickets, min_probability: float) -> CorrectedRecall | None:
    """Recall by corrections; None without one to the intent.

    Misses, given q, are c and as many left alone as a negative binomial draw says, NB(c + 1/2, 1 - q); tickets wrongly
    predicted as the intent alike. q is drawn from its own distribution (`acquiescence`), so for many corrections misses
    are between c/(1 - q_lo) and c/(1 - q_hi), and for few as much wider as chance alone makes them. Source: section 15
    of the statistics. Costs: agents' corrections are taken for the truth, drawn tickets for a sample by chance, and
    those of all intents for alike unless a test tells otherwise.
    """
    if not tickets.corrected:
        return None
    everybody = tickets.everybodys
    own = acquiescence(tickets.own, min_probability, own=True)
    known = own if own.measured else acquiescence(everybody, min_probability)
    bounds = CorrectedRecall(
        tickets.corrected,
        tickets.predicted,
        tickets.away,
        recall_at_most(max(tickets.predicted - tickets.away, 0), tickets.corrected),
        known,
    )
    if not known.measured:
        return msgspec.structs.replace(bounds, bounds_only=BoundsOnly.TOO_FEW)
    if known.left == known.tickets:
        return msgspec.structs.replace(bounds, bounds_only=BoundsOnly.NONE_CORRECTED)
    if not known.own and differs(tickets.own, everybody):
        return msgspec.structs.replace(bounds, acquiescence=own, bounds_only=BoundsOnly.DIFFERS)
    rng = np.random.default_rng(SEED)
    of_all = drawn_shares(everybody, min_probability, DRAWS, rng)
    of_own = drawn_shares(tickets.own, min_probability, DRAWS, rng) if known.own else of_all
    # A ticket without an answer is routed by somebody: it is one miss, and stands for none that was left.
    missed = tickets.unanswered + _routed_wrongly(tickets.corrected - tickets.unanswered, of_own, rng)
    hits = np.maximum(tickets.predicted - _routed_wrongly(tickets.away, of_all, rng), 0.0)
    recalls = rng.beta(hits + _HALF, missed + _HALF)
    return msgspec.structs.replace(
        bounds,
        recall=_estimate(_best(tickets, known, acquiescence(everybody, min_probability)), recalls),
        misses=_estimate(_misses(tickets, known), missed),
    )


def _routed_wrongly(corrected: int, left: _Array, rng: np.random.Generator) -> _Array:
    """How many tickets were routed wrongly where so many of them were corrected, and a share was left."""
    seen = np.clip(1 - left, _LEAST_SEEN, 1.0)
    drawn: _Array = corrected + rng.negative_binomial(corrected + _HALF, seen).astype(np.float64)
    return drawn


def _misses(tickets: CorrectedTickets, known: Acquiescence) -> float:
    return tickets.unanswered + (tickets.corrected - tickets.unanswered) / (1 - (known.q or 0.0))


def _best(tickets: CorrectedTickets, known: Acquiescence, everybodys: Acquiescence) -> float:
    """Wrongly predicted as the intent are tickets of others: everybody's acquiescence is theirs."""
    misses = _misses(tickets, known)
    hits = max(tickets.predicted - tickets.away / (1 - (everybodys.q or 0.0)), 0.0)
    return hits / (hits + misses)


def _estimate(value: float, draws: _Array) -> Estimate:
    low, high = (float(end) for end in np.quantile(draws, [0.025, 0.975]))
    return Estimate(min(max(value, low), high), low, high)
