"""Are the tickets that people labelled a fair part of those that were drawn? Draws in, what tells of it out.

A labeller who skips hard tickets, or a tool that shows easy ones first, makes every chance untrue: nobody sees it in
the labels. But a draw's file is in an order by chance, so that whoever labels a part of it, the first half, or what
a colleague left over, labels a part by chance. Whoever goes by the ticket does not.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from monitor.domain.sampling.response import PRIOR, Response, Share, Skew

BLOCK = 20  # tickets that are compared with each other, at least; fewer wait for more
LARGEST = 30  # and at most, of one draw, so that it is soon learned who is skipped
LEVEL = 0.01  # of all honest labellers so many are ever accused
THIRDS = 3  # a ticket's score is low, middling or high among those that it is compared with
EPOCH = 1_000  # drawn tickets after which it is asked anew: who skipped once need not skip for ever


class DrawnOrLabelled(NamedTuple):
    """A drawn ticket that is old enough to have been labelled, in the order of the draw, and whether it was."""

    predicted: str
    score: float | None
    probability: float
    labelled: bool


def look_at(before: Response, draws: Mapping[int, Sequence[DrawnOrLabelled]]) -> Response:
    """What is known after some more draws, by their numbers, all of whose tickets are old enough.

    Draws that are too small wait until there are 20 tickets of them.

    Tickets that stand beside each other in a draw's file are compared, 20 to 30 of them. Which of them are labelled
    may depend on their places, on the day, on anything but on the tickets. Then all orders of the block are equally
    likely, and so the bet `E = prod_labelled w / mean over all parts of as many tickets of prod w` is fair, w being the
    odds of a label that such tickets had so far. The product over the blocks passes 1/level in at most `level` of all
    honest histories, however often it is looked at (Ville 1939). Each epoch k has `level / (k (k + 1))`, and each of
    the four skews a quarter of that.
    Costs: some ten microseconds a ticket. It is blind to a labeller who labels all or nothing of a block, and where
    classes are too many for two of one in a block, to scores within classes.

    Source: Cox 1970 (the conditional likelihood of a logistic model); the odds that are learned on the way are the
    product's own.
    """
    after = msgspec.json.decode(msgspec.json.encode(before), type=Response)
    for upto, block in _blocks(draws):
        if after.tickets.drawn >= EPOCH:
            after = Response(upto, after.epoch + 1, before=after.skewed)
        after.upto = upto
        _count(after, block)
    return after


def _blocks(draws: Mapping[int, Sequence[DrawnOrLabelled]]) -> Iterator[tuple[int, list[DrawnOrLabelled]]]:
    """Small draws together, large ones in parts of about the same size; each with the number of its last draw."""
    block: list[DrawnOrLabelled] = []
    for number, drawn in sorted(draws.items()):
        block += drawn
        if len(block) < BLOCK:
            continue
        parts = -(-len(block) // LARGEST)
        for part in range(parts):
            yield number, block[part * len(block) // parts : (part + 1) * len(block) // parts]
        block = []


def _count(after: Response, block: Sequence[DrawnOrLabelled]) -> None:
    """Bet on a block by what is known, and then learn from it."""
    overall = (after.tickets.labelled + PRIOR / 2) / (after.tickets.drawn + PRIOR)
    labelled = [each.labelled for each in block]
    everyone, classes = [list(range(len(block)))], _alike(block)
    bars = -math.log(LEVEL / (after.epoch * (after.epoch + 1)) / len(Skew))
    for skew in Skew:
        groups = everyone if skew in (Skew.CLASS, Skew.SCORE) else classes
        kinds, shares = _kinds(after, skew, block, groups)
        odds = [shares[kind].odds(overall) if kind is not None else 1.0 for kind in kinds]
        won = sum(_log_bet([odds[at] for at in group], [labelled[at] for at in group]) for group in groups)
        after.evidence[skew] = after.evidence.get(skew, 0.0) + won
        if after.evidence[skew] >= bars and skew not in after.skewed:
            after.skewed = (*after.skewed, skew)
        for kind, each in zip(kinds, block, strict=True):
            if kind is not None:
                _add(shares[kind], labelled=each.labelled)
    for each in block:
        _add(after.tickets, labelled=each.labelled)


def _add(share: Share, *, labelled: bool) -> None:
    share.drawn += 1
    share.labelled += labelled


def _alike(block: Sequence[DrawnOrLabelled]) -> list[list[int]]:
    """The places of the tickets of each class."""
    places: dict[str, list[int]] = {}
    for at, ticket in enumerate(block):
        places.setdefault(ticket.predicted, []).append(at)
    return list(places.values())


def _kinds(
    after: Response, skew: Skew, block: Sequence[DrawnOrLabelled], groups: Iterable[list[int]]
) -> tuple[list[int | None], list[Share]]:
    """Of which kind each ticket of a block is, and what is known of these kinds; None: it tells nothing."""
    kinds: list[int | None] = [None] * len(block)
    if skew is Skew.CLASS:
        for ticket in block:
            after.by_class.setdefault(ticket.predicted, Share())
        names = {name: number for number, name in enumerate(after.by_class)}
        return [names[ticket.predicted] for ticket in block], list(after.by_class.values())
    for group in groups:
        known = [(each, at) for at in group if (each := _value(block[at], skew)) is not None]
        values = sorted(each for each, _ in known)
        for each, at in known:
            rank = (bisect_left(values, each) + bisect_right(values, each)) / 2  # the mean one of those alike
            kinds[at] = min(int(THIRDS * rank / len(known)), THIRDS - 1)
    return kinds, after.by_third.setdefault(skew, [Share() for _ in range(THIRDS)])


def _value(ticket: DrawnOrLabelled, skew: Skew) -> float | None:
    """What tickets are put in order by."""
    return ticket.probability if skew is Skew.CHANCE_IN_CLASS else ticket.score


def _log_bet(odds: Sequence[float], labelled: Sequence[bool]) -> float:
    """`log prod_labelled w - log(e_n(w) / C(m, n))`, e_n the elementary symmetric polynomial of the n labelled of m.

    >>> round(math.exp(_log_bet([3.0, 1.0], [True, False])), 6)  # 3 against (3 + 1)/2
    1.5
    """
    count, many = sum(labelled), len(odds)
    if count in (0, many):
        return 0.0
    mean = math.exp(sum(map(math.log, odds)) / many)  # a common factor cancels
    scaled = [each / mean for each in odds]
    sums = [1.0, *[0.0] * count]
    for weight in scaled:
        for n in range(count, 0, -1):
            sums[n] += weight * sums[n - 1]
    won = sum(math.log(weight) for weight, done in zip(scaled, labelled, strict=True) if done)
    return won - math.log(sums[count] / math.comb(many, count))
