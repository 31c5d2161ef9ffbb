"""Outcomes that two people read in; what they say of an intent's misses out."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from monitor.domain.labelling.believed import Believed, believed, looks
from monitor.domain.recall.tally import Tally


class ReadAgainCount(NamedTuple):
    """So many `tickets` that two people read (`ReadAgain`): what the first said, what holds, what was predicted."""

    first_intent: str
    intent: str
    predicted: str
    agreed: bool
    tickets: int


class TicketReadAgain(NamedTuple):
    """A ticket that two people read (`ReadAgain`); `seq` is its outcome's."""

    seq: int
    first_intent: str
    intent: str
    predicted: str
    agreed: bool


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


def believed_at_last_look(
    intent: str, tickets: Sequence[TicketReadAgain], tally: Callable[[int], Tally]
) -> Believed | None:
    """How far an intent's misses are believed by the first 10, 15, 23 ... that were read again; None below ten.

    `tickets` are in the order in which they were read again, those of other intents among them. `tally` is the
    intent's up to an outcome, by the labels that hold: the last of those misses, so that what is found is the same
    however many labels and readings came at once.
    """
    misses = [each for each in tickets if each.first_intent == intent != each.predicted]
    steps = looks(len(misses))
    if not steps:
        return None
    first = misses[: steps[-1]]
    upto = max(each.seq for each in first)
    labels = tally(upto)
    again = misses_read_again(
        intent,
        [ReadAgainCount(*each[1:], tickets=1) for each in tickets if each.seq <= upto],
        labels.hits,
        labels.support - labels.hits,
    )
    right = sum(each.agreed and each.intent == intent for each in first)
    return believed(intent, len(first), right, again.hits, again.misses)
