"""Who is drawn: each ticket once, with the chance that is kept, whatever its order, its models, or who asks when."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest

from monitor.domain.events.types import Design, Model, PredictionKey
from monitor.domain.sampling.draws import drawn
from monitor.domain.sampling.wanted import Wanted
from monitor.labels.drawing import DrawRules, Watched, draw
from monitor.labels.ports.draws import Drawing, DrawnTicket, Lately, Waiting
from tests.stored import NOON, SHADOW, TICKETS

DAY = timedelta(days=1)
RULES = DrawRules(40, Design.BY_PREDICTION, queued=True, seed="seed")
WATCHED = Watched({TICKETS: [Wanted("rare")]}, lambda _model: 0.001, frozenset())


class FakeDraws:
    """A store that keeps what it is given; `waiting` is who waits."""

    def __init__(self, waiting: Sequence[Waiting] = ()) -> None:
        self.waiting = list(waiting)
        self.made: list[Drawing] = []
        self.tickets: dict[str, DrawnTicket] = {}
        self.asked: list[tuple[datetime, datetime]] = []
        self.lately = Lately()
        self.called: dict[PredictionKey, str] = {}

    @contextmanager
    def drawing(self) -> Iterator["FakeDraws"]:
        yield self

    def last(self) -> Drawing | None:
        return self.made[-1] if self.made else None

    def queued(self) -> Sequence[Waiting]:
        waiting, self.waiting = self.waiting, []
        return waiting

    def arrived(self, since: datetime, until: datetime) -> Sequence[Waiting]:
        self.asked.append((since, until))
        return self.queued()

    def weakly_called(self, prediction_ids: Sequence[str]) -> dict[PredictionKey, str]:
        return {key: intent for key, intent in self.called.items() if key.prediction_id in prediction_ids}

    def traffic(self, since: datetime, until: datetime) -> Lately:
        return self.lately

    def chances_before(self, prediction_ids: Sequence[str]) -> dict[str, float]:
        return {each: self.tickets[each].probability for each in prediction_ids if each in self.tickets}

    def keep(self, drawing: Drawing, tickets: Sequence[DrawnTicket]) -> Drawing:
        self.tickets |= {each.prediction_id: each for each in tickets}
        self.made.append(drawing)
        return drawing


def traffic(count: int = 1_000, rare: int = 20, model: Model = TICKETS, first: int = 0) -> list[Waiting]:
    return [
        Waiting(f"p{n}", model, "rare" if n < first + rare else "other") for n in range(first, first + count)
    ]


def drawn_of(store: FakeDraws, rules: DrawRules = RULES, at: datetime = NOON) -> dict[str, float]:
    """Who is drawn, with which chance."""
    before = set(store.tickets)
    draw(store, rules, WATCHED, at)  # type: ignore[arg-type]
    return {name: each.probability for name, each in store.tickets.items() if name not in before}


def test_a_rare_class_has_more_chance_and_no_class_none() -> None:
    store = FakeDraws(traffic())
    chances = set(drawn_of(store).items())
    rare = {pi for ticket, pi in chances if int(ticket[1:]) < 20}
    other = {pi for ticket, pi in chances if int(ticket[1:]) >= 20}
    assert len(rare) == len(other) == 1
    assert max(rare) > 5 * max(other) > 0
    (made,) = store.made
    assert (made.number, made.candidates, made.asked) == (1, 1_000, 40.0)
    assert made.expected == pytest.approx(40.0)
    assert 20 <= len(chances) <= 60


def test_who_is_drawn_depends_on_the_seed_and_on_no_order() -> None:
    there, back = FakeDraws(traffic()), FakeDraws(traffic()[::-1])
    assert drawn_of(there) == drawn_of(back)
    assert [each.place for each in there.tickets.values()] == list(range(1, len(there.tickets) + 1))
    assert list(there.tickets) == list(back.tickets)
    assert list(there.tickets) != sorted(there.tickets)
    assert drawn_of(FakeDraws(traffic()), RULES._replace(seed="other")).keys() != there.tickets.keys()


def test_a_draw_is_for_the_models_that_have_their_chance_in_it_and_for_no_other() -> None:
    store = FakeDraws([*traffic(), *traffic(500, model=SHADOW)])
    drawn_of(store)
    assert {frozenset(each.models) for each in store.tickets.values()} == {
        frozenset({TICKETS}),
        frozenset({TICKETS, SHADOW}),
    }
    drawn_before = dict(store.tickets)
    store.waiting = traffic(first=500, count=500, model=SHADOW)
    drawn_of(store, at=NOON + DAY)
    again = {ticket for ticket, each in store.tickets.items() if each.models == {SHADOW}}
    assert again >= {ticket for ticket, each in drawn_before.items() if each.models == {TICKETS}} != set()
    chances = {pi for pi in (each.probability for each in store.tickets.values()) if pi < 1}
    assert store.made[1].expected <= max(chances) * (500 - len(again & drawn_before.keys()))


def test_a_seed_is_made_once_and_kept() -> None:
    store = FakeDraws(traffic())
    drawn_of(store, RULES._replace(seed=""))
    store.waiting = traffic(first=1_000)
    drawn_of(store, RULES._replace(seed=""), NOON + DAY)
    first, second = store.made
    assert first.seed == second.seed
    assert len(first.seed) == 32


def test_so_many_a_day_is_meant_since_the_last_draw() -> None:
    store = FakeDraws(traffic())
    drawn_of(store)
    store.waiting = traffic(first=1_000)
    drawn_of(store, at=NOON + DAY / 4)
    drawn_of(store, at=NOON + 3 * DAY)
    assert [(each.number, each.asked) for each in store.made] == [(1, 40.0), (2, 10.0), (3, 110.0)]
    assert store.made[2].candidates == 0


def test_on_a_quiet_day_and_on_a_busy_one_a_chance_is_the_same_up_to_three_times_as_many() -> None:
    chances: dict[int, set[float]] = {}
    for count in (500, 1_000, 3_000, 9_000):
        store = FakeDraws(traffic(count, rare=0))
        store.lately = Lately(7.0, {TICKETS: {"rare": 140.0, "other": 6_860.0}})
        chances[count] = {round(pi, 6) for pi in drawn_of(store).values()}
    assert chances[500] == chances[1_000] == chances[3_000]
    assert max(chances[9_000]) == pytest.approx(min(chances[500]) / 3, rel=1e-4)
    store.lately = Lately(0.5, store.lately.by_model)
    store.waiting = traffic(500, rare=0, first=20_000)
    assert min(drawn_of(store, at=NOON + DAY).values()) > 1.5 * min(chances[500])


def test_without_a_queue_it_looks_since_the_last_draw_and_a_week_back_at_most() -> None:
    store, rules = FakeDraws(), RULES._replace(queued=False)
    lag = timedelta(minutes=5)
    for at in (NOON, NOON + DAY, NOON + 30 * DAY):
        drawn_of(store, rules, at)
    assert store.asked == [
        (NOON - lag - DAY, NOON - lag),
        (NOON - lag, NOON - lag + DAY),
        (NOON - lag + 23 * DAY, NOON - lag + 30 * DAY),
    ]
    assert [each.asked for each in store.made] == [40.0, 40.0, 280.0]


def test_one_ticket_serves_every_model_with_the_largest_of_their_chances() -> None:
    """The shadow says of everything that it is rare, so that its chances are even."""
    shadow = [Waiting(each.prediction_id, SHADOW, "rare") for each in traffic()]
    alone = drawn_of(FakeDraws(traffic()))
    both = FakeDraws(traffic() + shadow)
    chances = drawn_of(both)
    assert alone.keys() <= chances.keys()
    assert {chances[each] for each in alone if int(each[1:]) < 20} == {
        pi for each, pi in alone.items() if int(each[1:]) < 20
    }
    assert min(chances.values()) == pytest.approx(0.04)  # the shadow's own: evenly
    assert both.made[0].candidates == 1_000


def test_models_of_different_names_share_the_tickets_and_versions_share_by_what_they_answer() -> None:
    """Half the traffic each, of one name or of two: 40 tickets in all."""
    for other in (SHADOW, Model("returns", "1")):
        store = FakeDraws(traffic(500) + traffic(500, model=other, first=500))
        drawn_of(store)
        assert store.made[0].expected == pytest.approx(40.0, rel=0.01)


def test_a_retired_version_is_not_drawn_from() -> None:
    store = FakeDraws(traffic())
    draw(store, RULES, WATCHED._replace(retired={TICKETS}), NOON)  # type: ignore[arg-type]
    assert (store.tickets, store.made[0].candidates) == ({}, 0)


def test_a_ticket_drawn_before_is_of_its_late_model_too_with_no_smaller_chance() -> None:
    store = FakeDraws(traffic())
    first = drawn_of(store)
    ticket, pi = next((ticket, pi) for ticket, pi in first.items() if int(ticket[1:]) < 20)
    store.waiting = [Waiting(ticket, SHADOW, "other"), *traffic(999, 0, SHADOW, first=1_000)]
    draw(store, RULES, WATCHED, NOON + DAY)  # type: ignore[arg-type]
    assert store.tickets[ticket].probability == pi


def test_the_share_of_tickets_drawn_is_their_chance() -> None:
    """2,000 seeds: of a rare and another ticket as many are drawn as their chances say, within four deviations."""
    store = FakeDraws(traffic())
    chances = {int(ticket[1:]) < 20: pi for ticket, pi in drawn_of(store).items()}
    for rare, ticket in ((True, "p3"), (False, "p700")):
        pi = chances[rare]
        share = sum(drawn(f"seed {n}", ticket, pi) for n in range(2_000)) / 2_000
        assert abs(share - pi) < 4 * (pi * (1 - pi) / 2_000) ** 0.5


def test_a_weak_label_that_names_a_watched_intent_gives_its_ticket_more_chance_by_score_alone() -> None:
    called = {PredictionKey("p500", TICKETS): "rare", PredictionKey("p501", TICKETS): "unwatched"}
    called[PredictionKey("p502", SHADOW)] = "rare"  # another model's

    def chances(rules: DrawRules) -> dict[str, float]:
        store = FakeDraws(traffic())
        store.called = called
        seeds = (rules._replace(seed=str(number)) for number in range(400))
        everyone: dict[str, float] = {}
        for each in seeds:
            store.waiting, store.made, store.tickets = traffic(), [], {}
            everyone |= drawn_of(store, each)
        return everyone

    by_score = chances(RULES._replace(design=Design.BY_SCORE))
    assert by_score["p500"] > 3 * by_score["p503"] > 0
    assert by_score["p501"] == by_score["p502"] == by_score["p503"]
    by_class = chances(RULES)
    assert by_class["p500"] == by_class["p503"]
