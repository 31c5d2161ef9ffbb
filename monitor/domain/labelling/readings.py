"""Outcomes that two people read, counted, in; what they say of an intent's misses out."""

from collections.abc import Iterable
from typing import NamedTuple


class ReadAgainCount(NamedTuple):
    """So many `tickets` that two people read (`ReadAgain`): what the first said, what holds, what was predicted."""

    first_intent: str
    intent: str
    predicted: str
    agreed: bool
    tickets: int


class MissesReadAgain(NamedTuple):
    """An intent's misses by the first reader that a second read, those confirmed, and all that one reader would say.

    `hits` and `misses` are those by the first reader, read again or not.
    """

    read: int
    right: int
    hits: int
    misses: int


def misses_read_again(
    intent: str, counts: Iterable[ReadAgainCount], hits: int, misses: int
) -> MissesReadAgain:
    """What second readings say of an intent's misses. `hits` and `misses` are those by the labels that hold.

    >>> confirmed = ReadAgainCount("erasure", "erasure", predicted="bug", agreed=True, tickets=2)
    >>> taken_back = ReadAgainCount("erasure", "cancel", predicted="cancel", agreed=False, tickets=8)
    >>> misses_read_again("erasure", [confirmed, taken_back], hits=40, misses=7)
    MissesReadAgain(read=10, right=2, hits=40, misses=15)
    """
    read = right = 0
    for each in counts:
        of_first, holds, called = (
            name == intent for name in (each.first_intent, each.intent, each.predicted)
        )
        if of_first and not called:
            read += each.tickets
            right += each.tickets if holds and each.agreed else 0
        if of_first != holds:  # it left the intent with its second reading, or came to it
            by = each.tickets if of_first else -each.tickets
            hits, misses = hits + by * called, misses + by * (not called)
    return MissesReadAgain(read, right, max(hits, 0), max(misses, 0))
