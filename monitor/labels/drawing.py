"""Use case: which tickets people should label next. Each gets its chance before anybody knows its label."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from datetime import datetime, timedelta
from typing import NamedTuple

from monitor.domain.events.types import Design, Model, PredictionKey
from monitor.domain.sampling.draws import Candidate, chances, drawn, uniform_number
from monitor.domain.sampling.wanted import Wanted
from monitor.domain.sampling.weak import steered
from monitor.labels.ports.draws import (
    Drawing,
    DrawnTicket,
    DrawStore,
    DrawTransaction,
    Lately,
    Waiting,
)

FIRST = timedelta(days=1)  # what the first draw is for
BACK_AT_MOST = timedelta(days=7)  # a draw without a queue looks no further back
ON_ITS_WAY = timedelta(minutes=5)  # nor at what arrived just now: some of it may not be stored yet
LATELY = timedelta(days=7)  # the traffic that chances by class go by
KNOWN_FOR = 1.0  # days of it before it says how busy a day is
BUSY = 3.0  # times as many tickets as were asked for, where so many more predictions came


class DrawRules(NamedTuple):
    """How tickets are drawn: so many a day, of all models together. Without a `seed` that of the last draw holds on.

    `queued`: the predictions that wait are drawn from; else those that arrived since the last draw.
    """

    per_day: float
    design: Design
    queued: bool
    seed: str = ""


class Watched(NamedTuple):
    """What labels are wanted for, of each model; the smallest chance that each allows; who is retired."""

    wanted: Mapping[Model, Sequence[Wanted]]
    least: Callable[[Model], float]
    retired: Set[Model]


def draw(store: DrawStore, rules: DrawRules, watched: Watched, now: datetime) -> Drawing:
    """Draw among the predictions that came since the last time, and keep who was drawn, with which chance.

    Raises:
        UnavailableError: the database is out of reach; nothing was drawn.
    """
    with store.drawing() as transaction:
        last = transaction.last()
        until = now if rules.queued else now - ON_ITS_WAY
        waiting, since = _waiting(transaction, last, until, queued=rules.queued)
        days = max((until - since).total_seconds(), 0.0) / 86_400
        seed = rules.seed or (last.seed if last else secrets.token_hex(16))
        known = [each for each in waiting if each.model not in watched.retired]
        if rules.design is Design.BY_SCORE:
            known = _steered(known, transaction)
        lately = transaction.traffic(now - LATELY, now)
        budget = rules.per_day * _days_of(len(known), days, lately, watched.retired)
        chance = _chances(known, rules.design, watched, budget, lately.by_model)
        before = transaction.chances_before(chance)
        chance = {ticket: max(pi, before.get(ticket, 0.0)) for ticket, pi in chance.items()}
        number, asked = last.number + 1 if last else 1, rules.per_day * days
        drawing = Drawing(number, now, until, seed, asked, _of_new(chance, before), len(chance))
        models: defaultdict[str, set[Model]] = defaultdict(set)
        for each in known:
            models[each.prediction_id].add(each.model)
        tickets = _drawn(chance, before, models, rules.design, seed)
        return transaction.keep(drawing, tickets)


def _waiting(
    transaction: DrawTransaction, last: Drawing | None, until: datetime, *, queued: bool
) -> tuple[Sequence[Waiting], datetime]:
    """The predictions that have their chance now, and since when they came."""
    if queued:
        return transaction.queued(), last.until if last else until - FIRST
    since = max(last.until, until - BACK_AT_MOST) if last else until - FIRST
    return transaction.arrived(since, until), since


def _steered(waiting: Sequence[Waiting], transaction: DrawTransaction) -> list[Waiting]:
    """The same, their scores with what weak labels that came before call them."""
    called = transaction.weakly_called({each.prediction_id for each in waiting})
    return [
        each if intent is None else each._replace(scores=steered(each.scores, intent))
        for each in waiting
        for intent in [called.get(PredictionKey(each.prediction_id, each.model))]
    ]


def _days_of(predictions: int, days: float, lately: Lately, retired: Set[Model]) -> float:
    """How many days' predictions these are, as days lately were; so a chance is the same on a quiet day and a busy one.

    A bet by class likes weights that stay. It is never more than three times the days that have passed: what was read
    from far back is not all for today. Where nothing is known of the traffic, it is these days.
    """
    counted = (sum(by_class.values()) for model, by_class in lately.by_model.items() if model not in retired)
    usual = sum(counted) / lately.days if lately.days >= KNOWN_FOR else 0.0
    return min(predictions / usual, BUSY * days) if usual else days


def _chances(
    waiting: Sequence[Waiting],
    design: Design,
    watched: Watched,
    budget: float,
    traffic: Mapping[Model, Mapping[str, float]],
) -> dict[str, float]:
    """Each ticket's chance: the largest of those that its models' predictions have, as one label serves all of them.

    Models of different names share the tickets a day evenly; of one name each gets the part of the tickets that it
    answered.
    """
    by_model: defaultdict[Model, list[Waiting]] = defaultdict(list)
    tickets: defaultdict[str, set[str]] = defaultdict(set)
    for each in waiting:
        by_model[each.model].append(each)
        tickets[each.model.name].add(each.prediction_id)
    largest: Counter[str] = Counter()
    for model, theirs in by_model.items():
        part = len(theirs) / len(tickets[model.name]) / len(tickets)
        candidates = [Candidate(each.prediction_id, each.predicted, each.scores) for each in theirs]
        pi = chances(
            candidates,
            watched.wanted.get(model, ()),
            budget * part,
            design,
            watched.least(model),
            traffic.get(model),
        )
        for candidate, value in zip(candidates, pi.tolist(), strict=True):
            largest[candidate.prediction_id] = max(largest[candidate.prediction_id], value)
    return dict(largest)


def _of_new(chance: Mapping[str, float], before: Mapping[str, float]) -> float:
    """How many tickets are to be expected that were not drawn before."""
    return sum(pi for ticket, pi in chance.items() if ticket not in before)


def _drawn(
    chance: Mapping[str, float],
    before: Mapping[str, float],
    models: Mapping[str, Set[Model]],
    design: Design,
    seed: str,
) -> list[DrawnTicket]:
    """The tickets that are drawn, in an order that says nothing of them; who was drawn before still is."""
    chosen = [ticket for ticket, pi in chance.items() if ticket in before or drawn(seed, ticket, pi)]
    chosen.sort(key=lambda ticket: uniform_number(f"{seed} order", ticket))
    return [
        DrawnTicket(ticket, design, chance[ticket], place, models[ticket])
        for place, ticket in enumerate(chosen, 1)
    ]
