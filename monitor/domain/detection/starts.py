"""What the bet on some of many remembers: the days on which it began, and what each member has done since."""

import zlib
from dataclasses import dataclass
from typing import Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from monitor.domain.recall.intervals import FloatArray

DAILY = 8  # newest starts, of days with labels, that are all kept
EVERY = 4  # of older ones every fourth is kept,
LAST = 60  # up to so many starts back; and the first, at the release, for good

IntArray = NDArray[np.int64]


class StoredStarts(msgspec.Struct, frozen=True, array_like=True):
    """Starts as they are stored: the floats packed, of each member and stake side by side, as few of them change."""

    packed: bytes
    waiting: float
    days: list[int]
    seqs: list[int]
    numbers: list[int]


@dataclass(frozen=True, slots=True, eq=False)
class Starts:
    """The days on which the bet began, up to 22 of them, each with its money and a mark.

    `totals` is ln of each member's product since the release, per stake, and `marks` what it was at each start.
    `days` are the days' numbers, `seqs` the outcomes at which they began, and `numbers` counts the starts there ever
    were. `money` came in with the first label of each day. `waiting` is money that came later on the last of them:
    it starts with the next.
    """

    totals: FloatArray
    marks: FloatArray
    days: IntArray
    seqs: IntArray
    numbers: IntArray
    money: FloatArray
    waiting: float = 0.0

    def stored(self) -> StoredStarts:
        """As they are stored, exact to the last bit: 2 to 9 kB of JSON for 20 members, 10 to 70 for 150."""
        logs = np.concatenate([self.marks, self.totals[np.newaxis]])
        floats = np.concatenate([np.moveaxis(logs, 0, -1).ravel(), self.money])
        return StoredStarts(
            zlib.compress(floats.astype("<f8").tobytes(), level=1),
            self.waiting,
            self.days.tolist(),
            self.seqs.tolist(),
            self.numbers.tolist(),
        )

    @classmethod
    def loaded(cls, stored: StoredStarts, stakes: int) -> Self:
        """The inverse of `stored`, of a bet with so many stakes."""
        floats = np.frombuffer(zlib.decompress(stored.packed), "<f8").astype(np.float64)
        starts = len(stored.days)
        logs = floats[: len(floats) - starts].reshape(-1, stakes, starts + 1)
        return cls(
            logs[..., -1].copy(),
            np.ascontiguousarray(np.moveaxis(logs[..., :-1], -1, 0)),
            np.array(stored.days, np.int64),
            np.array(stored.seqs, np.int64),
            np.array(stored.numbers, np.int64),
            floats[len(floats) - starts :],
            stored.waiting,
        )


def same_starts(starts: Starts | None, other: Starts | None) -> bool:
    """Whether two bets on some of many stand alike, to the last bit.

    >>> same_starts(None, None)
    True
    """
    if starts is None or other is None:
        return starts is other
    return starts.waiting == other.waiting and all(
        np.array_equal(getattr(starts, name), getattr(other, name))
        for name in ("totals", "marks", "days", "seqs", "numbers", "money")
    )


def kept(numbers: IntArray, newest: int) -> NDArray[np.bool_]:
    """Which of the starts so `numbers`, in their order, stay when start `newest` begins.

    The first, the newest eight with the new one, and of the last 60 each whose number 4 divides. It depends on no
    outcome. Costs: a fall that is found more than eight days of labels after it began has a start that is up to four
    off.

    >>> kept(np.array([0, 1, 2, 3, 4, 5, 6]), 12).tolist()
    [True, False, False, False, True, True, True]
    """
    age = newest - numbers
    return np.asarray((numbers == 0) | (age < DAILY) | ((numbers % EVERY == 0) & (age < LAST)))
