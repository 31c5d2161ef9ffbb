"""Outcomes of many intents come in, in their order; the money bet on *some* of them having fallen goes out.

The bet of `group` is on the mean, and does not see five broken of twenty until they have fallen far. This one
holds of each member that it has fallen with chance 1/4, and on the same day as the others that have.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from monitor.domain.anchors.floor import MIN_FLOOR
from monitor.domain.detection.betting import CAP
from monitor.domain.detection.group import IntentGroup
from monitor.domain.detection.worst_members import Blame, worst_members
from monitor.domain.recall.intervals import FloatArray

FALLEN = 0.25
"""The share of the members that the bet supposes to have fallen: fewer show alone, more show in the mean."""
LEFT = np.array([0.50, 0.85])  # what a fallen member keeps of its floor: two stakes
KEPT = 60  # starts: those of the last days with labels; the first, at the release, is kept for good

_LOG_CAP = np.log(CAP)


@dataclass(frozen=True, slots=True, eq=False)
class Starts:
    """What is remembered of the bet: up to 61 days on which it began, each with its money and a mark.

    `totals` is ln of each member's product since the release, per stake, and `marks` what it was at each start.
    `days` are their numbers; `money` came in with the first label of each. `waiting` is money that came later on
    the last of them: it starts with the next.
    """

    totals: FloatArray
    marks: FloatArray
    days: NDArray[np.int64]
    money: FloatArray
    waiting: float

    def to_dict(self) -> dict[str, Any]:
        """Plain lists for storage; JSON brings them back to the last bit."""
        lists = {name: getattr(self, name).tolist() for name in ("totals", "marks", "days", "money")}
        return {**lists, "waiting": self.waiting}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`."""
        totals = np.array(stored["totals"], np.float64).reshape(-1, len(LEFT))
        return cls(
            totals,
            np.array(stored["marks"], np.float64).reshape(-1, *totals.shape),
            np.array(stored["days"], np.int64),
            np.array(stored["money"], np.float64),
            stored["waiting"],
        )


class SomeOfMany(NamedTuple):
    """M after each outcome, (n,), and the starts behind the last of them."""

    evidence: FloatArray
    starts: Starts


class RichestStart(NamedTuple):
    """The number of the day on which the fall most likely began, and the members that brought the evidence."""

    day: int
    blame: Blame


def no_starts(members: IntentGroup) -> Starts:
    """At a release, and after a page is over: nothing was bet yet.

    >>> from monitor.domain.detection.group import MemberAnchor, group
    >>> no_starts(group({"gdpr": MemberAnchor(0.9, 10)})).money
    array([], dtype=float64)
    """
    size = (len(members.intents), len(LEFT))
    return Starts(np.zeros(size), np.zeros((0, *size)), np.zeros(0, np.int64), np.zeros(0), 0.0)


def bet_on_some(
    members: IntentGroup,
    starts: Starts,
    intents: Sequence[str],
    x: ArrayLike,
    u: ArrayLike,
    money: ArrayLike,
    days: ArrayLike,
) -> SomeOfMany:
    """The evidence after each outcome that some members have fallen; cut anywhere, the bits are the same.

    With one start s a day with labels,

        L_ij = 1 - lam_ij u (x - f_i)      lam_ij the stake of q_ij = f_i (.50, .85), f_i the member's own floor
        E_s = prod_i (3/4 + 1/4 mean_j prod_{t since s} L_ij)        M = sum_s (money of s) E_s

    `money` comes in before each outcome, `days` is the number of its day. Money of a day's first label, and what
    was waiting, begins on that day; a later label's waits for the next, as no start can be joined afterwards. E_s
    is a mean of products of fair bets, so M is expected to win nothing while every member keeps its own floor.
    Money of a start that is given up is lost. Costs: 61 starts a group, some 25 us an outcome.

    >>> from monitor.domain.detection.group import MemberAnchor, group
    >>> members = group({"gdpr": MemberAnchor(0.88, None)})
    >>> bet_on_some(members, no_starts(members), ["gdpr"], [0], [1.0], [0.01], [0]).evidence.round(6).tolist()
    [0.012881]

    Source: section 10; Chan 2017 and Xie & Siegmund 2013 for the mixture over which streams have changed.
    """
    hits, weights = np.asarray(x, np.float64), np.asarray(u, np.float64)
    puts, dates = np.asarray(money, np.float64), np.asarray(days, np.int64)
    floors, lam = _stakes(members)
    places = np.array([members.place.get(intent, -1) for intent in intents], np.int64)
    edge = weights * (hits - floors[places]) if len(floors) else hits
    book, path = _Book(starts), np.empty(len(places))
    for index, (place, put, day) in enumerate(
        zip(places.tolist(), puts.tolist(), dates.tolist(), strict=True)
    ):
        book.put(put, day)
        if place >= 0:
            book.play(place, np.log(1.0 - lam[place] * edge[index]))
        path[index] = book.evidence()
    return SomeOfMany(path, book.starts())


def richest_start(members: IntentGroup, starts: Starts) -> RichestStart | None:
    """Since which day some have most likely fallen, and which, worst first; None before any bet.

    The start whose money has become most, and each member's factor in its E_s, 3/4 + 1/4 mean_j of its products:
    above 1 for a member that has fallen. Costs: a start that was given up cannot be it.

    >>> from monitor.domain.detection.group import MemberAnchor, group
    >>> members = group({"gdpr": MemberAnchor(0.88, None), "billing": MemberAnchor(0.95, None)})
    >>> bet = bet_on_some(members, no_starts(members), ["gdpr", "billing"], [0, 1], [1, 1], [0.01, 0], [7, 7])
    >>> start = richest_start(members, bet.starts)
    >>> start.day, start.blame.alone
    (7, 'gdpr')

    Source: section 10.
    """
    book = _Book(starts)
    if not book.terms.size:
        return None
    richest = int(np.argmax(book.worths()))
    return RichestStart(int(starts.days[richest]), worst_members(members.intents, book.terms[richest]))


class _Book:
    """The starts while a batch is played; each member's term is renewed by its own outcomes alone."""

    def __init__(self, starts: Starts) -> None:
        self.totals, self.marks = starts.totals.copy(), starts.marks
        self.days, self.money, self.waiting = starts.days, starts.money, starts.waiting
        self.terms = _terms(self.totals - self.marks)

    def put(self, money: float, day: int) -> None:
        """Money comes in: with the first label of a day a start begins, and the oldest may have to go."""
        if len(self.days) and day <= self.days[-1]:
            self.waiting += money
            return
        kept = np.full(len(self.days), True)
        kept[1:2] = len(kept) <= KEPT
        self.marks = np.concatenate([self.marks[kept], self.totals[np.newaxis]])
        self.terms = np.concatenate([self.terms[kept], np.zeros((1, len(self.totals)))])
        self.money = np.append(self.money[kept], self.waiting + money)
        self.days = np.append(self.days[kept], day)
        self.waiting = 0.0

    def play(self, place: int, gain: FloatArray) -> None:
        self.totals[place] += gain
        self.terms[:, place] = _terms(self.totals[place] - self.marks[:, place])

    def worths(self) -> FloatArray:
        """What each start's money has become."""
        logs = np.add.accumulate(self.terms, axis=1)[:, -1]
        return np.asarray(self.money * np.exp(np.minimum(logs, _LOG_CAP)))

    def evidence(self) -> float:
        """M, held at 1e200."""
        return min(float(np.add.accumulate(self.worths())[-1]), CAP) if self.terms.size else 0.0

    def starts(self) -> Starts:
        return Starts(self.totals, self.marks, self.days, self.money, self.waiting)


def _terms(logs: FloatArray) -> FloatArray:
    """`ln(3/4 + 1/4 mean_j e^logs_j)`: what each member adds to ln E_s."""
    # accumulate, not mean: its order does not change with the array's shape.
    products = np.add.accumulate(np.exp(np.minimum(logs, _LOG_CAP)), axis=-1)[..., -1] / len(LEFT)
    return np.asarray(np.log1p(FALLEN * (products - 1.0)))


def _stakes(members: IntentGroup) -> tuple[FloatArray, FloatArray]:
    """Each member's own floor, and its stakes; no stakes where the floor is too low to bet against."""
    floors = members.alone[:, np.newaxis]
    fair = np.where(floors >= MIN_FLOOR, floors, 0.5)
    return members.alone, np.where(floors >= MIN_FLOOR, (1 - LEFT) / (1 - fair), 0.0)
