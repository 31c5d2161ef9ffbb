"""Outcomes of many intents come in, in their order; the money bet on *some* of them having fallen goes out.

The bet of `group` is on the mean, and does not see five broken of twenty until they have fallen far. This one
holds of each member that it has fallen with chance 1/4, and on the same day as the others that have. A group's money
is split between the two.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from monitor.domain.anchors.floor import MIN_FLOOR
from monitor.domain.detection.betting import CAP
from monitor.domain.detection.group import IntentGroup
from monitor.domain.detection.starts import Starts, StoredStarts, kept
from monitor.domain.detection.worst_members import Blame, worst_members
from monitor.domain.recall.intervals import FloatArray

FOR_SOME = 0.5
"""Of a group's money, this is bet on some of its members; the rest is bet on their mean."""
FALLEN = 0.25
"""The share of the members that the bet supposes to have fallen: fewer show alone, more show in the mean."""
LEFT = np.array([0.50, 0.85])  # what a fallen member keeps of its floor: two stakes

_LOG_CAP = np.log(CAP)
_RICH, _LEAST = 1e100, 1e-200  # more money, or a price below, would overflow or divide by nothing


class SomeOfMany(NamedTuple):
    """M after each outcome, (n,), and the starts behind the last of them."""

    evidence: FloatArray
    starts: Starts


class RichestStart(NamedTuple):
    """The outcome with which the fall most likely began, and the members that brought the evidence."""

    seq: int
    blame: Blame


def no_starts(members: IntentGroup) -> Starts:
    """At a release, and after a page is over: nothing was bet yet.

    >>> from monitor.domain.detection.group import MemberAnchor, group
    >>> no_starts(group({"gdpr": MemberAnchor(0.9, 10)})).money
    array([], dtype=float64)
    """
    size = (len(members.intents), len(LEFT))
    none = np.zeros(0, np.int64)
    return Starts(np.zeros(size), np.zeros((0, *size)), none, none, none, np.zeros(0))


def loaded_starts(stored: StoredStarts) -> Starts:
    """The inverse of `Starts.stored`."""
    return Starts.loaded(stored, len(LEFT))


def worth(starts: Starts) -> float:
    """M: what the money of all starts has become, as a share of a page.

    Source: section 9 of docs/statistics-reference.md. Costs: some 30 us.

    >>> from monitor.domain.detection.group import MemberAnchor, group
    >>> worth(no_starts(group({"gdpr": MemberAnchor(0.9, 10)})))
    0.0
    """
    return _Book(starts).evidence()


def bet_on_some(
    members: IntentGroup,
    starts: Starts,
    intents: Sequence[str],
    x: ArrayLike,
    u: ArrayLike,
    money: ArrayLike,
    days: ArrayLike,
    seqs: ArrayLike,
) -> SomeOfMany:
    """The evidence after each outcome that some members have fallen; cut anywhere, the bits are the same.

    With one start s a day with labels,

        L_ij = 1 - lam_ij u (x - f_i)      lam_ij the stake of q_ij = f_i (.50, .85), f_i the member's own floor
        E_s = prod_i (3/4 + 1/4 mean_j prod_{t since s} L_ij)        M = sum_s (money of s) E_s

    `money` comes in before each outcome, `days` is the number of its day and `seqs` its own. Money of a day's first
    label, and what was waiting, begins on that day; a later label's, or an earlier day's, waits for the next. A start
    that is given up (`starts.kept`) puts what it is worth into the next, at its price: money/E_s. E_s is a mean of
    products of fair bets, and who holds how much of each is settled before the outcome, so M is expected to win
    nothing while every member keeps its own floor. Costs: up to 22 starts a group, some 20 us an outcome.

    >>> from monitor.domain.detection.group import MemberAnchor, group
    >>> members = group({"gdpr": MemberAnchor(0.88, None)})
    >>> bet_on_some(members, no_starts(members), ["gdpr"], [0], [1.0], [0.01], [0], [1]).evidence.round(6).tolist()
    [0.012881]

    Source: section 10; Chan 2017 and Xie & Siegmund 2013 for the mixture over which streams have changed.
    """
    hits, weights = np.asarray(x, np.float64), np.asarray(u, np.float64)
    puts = np.asarray(money, np.float64).tolist()
    dates, numbers = (np.asarray(each, np.int64).tolist() for each in (days, seqs))
    floors, lam = _stakes(members)
    places = np.array([members.place.get(intent, -1) for intent in intents], np.int64)
    edge = weights * (hits - floors[places]) if len(floors) else hits
    book, path = _Book(starts), np.empty(len(places))
    for index, (place, put, day, seq) in enumerate(zip(places.tolist(), puts, dates, numbers, strict=True)):
        book.put(put, day, seq)
        if place >= 0:
            book.play(place, np.log(1.0 - lam[place] * edge[index]))
        path[index] = book.evidence()
    return SomeOfMany(path, book.starts())


def richest_start(members: IntentGroup, starts: Starts) -> RichestStart | None:
    """Since which outcome some have most likely fallen, and which, worst first; None before any bet.

    The start whose money has become most, and each member's factor in its E_s, 3/4 + 1/4 mean_j of its products:
    above 1 for a member that has fallen. Costs: a start that was given up cannot be it, so a fall found late has the
    nearest start that was kept.

    >>> from monitor.domain.detection.group import MemberAnchor, group
    >>> members = group({"gdpr": MemberAnchor(0.88, None), "billing": MemberAnchor(0.95, None)})
    >>> played = ["gdpr", "billing"], [0, 1], [1, 1], [0.01, 0]
    >>> bet = bet_on_some(members, no_starts(members), *played, days=[7, 7], seqs=[3, 4])
    >>> start = richest_start(members, bet.starts)
    >>> start.seq, start.blame.alone
    (3, 'gdpr')

    Source: section 10.
    """
    book = _Book(starts)
    if not book.terms.size:
        return None
    richest = int(np.argmax(book.worths()))
    return RichestStart(int(starts.seqs[richest]), worst_members(members.intents, book.terms[richest]))


class _Book:
    """The starts while a batch is played; each member's term is renewed by its own outcomes alone."""

    def __init__(self, starts: Starts) -> None:
        self.totals, self.marks = starts.totals.copy(), starts.marks
        self.days, self.seqs, self.numbers = starts.days, starts.seqs, starts.numbers
        self.money, self.waiting = starts.money, starts.waiting
        self.terms = _terms(self.totals - self.marks)

    def put(self, money: float, day: int, seq: int) -> None:
        """Money comes in: with the first label of a day a start begins, and older ones may have to go."""
        if len(self.days) and day <= self.days[-1]:
            self.waiting += money
            return
        number = int(self.numbers[-1]) + 1 if len(self.numbers) else 0
        stay = kept(self.numbers, number)
        self.money = self._put_on(stay)
        self.marks = np.concatenate([self.marks[stay], self.totals[np.newaxis]])
        self.terms = np.concatenate([self.terms[stay], np.zeros((1, len(self.totals)))])
        self.money = np.append(self.money[stay], self.waiting + money)
        self.days = np.append(self.days[stay], day)
        self.seqs = np.append(self.seqs[stay], seq)
        self.numbers = np.append(self.numbers[stay], number)
        self.waiting = 0.0

    def _put_on(self, stay: NDArray[np.bool_]) -> FloatArray:
        """The money of each start when those that do not stay have put theirs into the next one; the newest stays."""
        if stay.all():
            return self.money
        money, prices = self.money.copy(), np.maximum(self._prices(), _LEAST)
        for given_up in np.flatnonzero(~stay).tolist():
            worth = min(money[given_up] * prices[given_up], _RICH)
            money[given_up + 1] = min(money[given_up + 1] + worth / prices[given_up + 1], _RICH)
        return money

    def play(self, place: int, gain: FloatArray) -> None:
        self.totals[place] += gain
        self.terms[:, place] = _terms(self.totals[place] - self.marks[:, place])

    def _prices(self) -> FloatArray:
        """E_s of each start."""
        logs = np.add.accumulate(self.terms, axis=1)[:, -1]
        return np.asarray(np.exp(np.minimum(logs, _LOG_CAP)))

    def worths(self) -> FloatArray:
        """What each start's money has become."""
        return np.asarray(self.money * self._prices())

    def evidence(self) -> float:
        """M, held at 1e200."""
        return min(float(np.add.accumulate(self.worths())[-1]), CAP) if self.terms.size else 0.0

    def starts(self) -> Starts:
        return Starts(self.totals, self.marks, self.days, self.seqs, self.numbers, self.money, self.waiting)


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
