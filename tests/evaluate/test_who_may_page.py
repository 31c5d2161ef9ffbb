"""Which cells may page, under which share of the budget, and from when on."""

from datetime import timedelta
from typing import Any

import pytest

from monitor.domain.events.types import Model
from monitor.domain.judging.judge import Coverage, Verdict
from monitor.domain.judging.watching import FewExamples, Listed, SmallShare
from monitor.evaluate.evaluation import Evaluation
from tests.stored import NOON, TICKETS, rows
from tests.worlds import NewWorld, World


def test_an_intent_without_a_promise_is_unanchored_and_never_pages(new_world: NewWorld) -> None:
    world = new_world(watch={"intents": ["*"]}, slices=({"name": "channel", "against": "intent"},))
    world.outcomes("refund", "m" * 30, slices={"channel": "email"})
    world.evaluate()
    world.anchor(cancel=(0.88, 40))
    world.outcomes("refund", "m" * 30, slices={"channel": "email"})
    world.evaluate()

    assert world.cell("refund").judgement.verdict is Verdict.UNANCHORED
    assert world.cell("refund", "channel=email").judgement.verdict is Verdict.UNANCHORED
    assert world.cell("refund").labels.tally.misses == 60
    assert world.kinds() == []


def test_few_anchor_examples_or_little_traffic_or_the_list_make_an_intent_watched(
    new_world: NewWorld,
) -> None:
    world = new_world(watch={"intents": ["listed"]})
    world.anchor(few=(0.9, 59), enough=(0.9, 60), seldom=(0.9, 400), listed=(0.9, 400))
    world.outcomes("enough", "h" * 95)
    world.outcomes("seldom", "hh")
    world.evaluate()
    assert {intent: world.cell(intent).held.watched for intent in ("few", "enough", "seldom", "listed")} == {
        "few": FewExamples(59, fewer_than=60),
        "enough": None,
        "seldom": None,  # 2 of 97: shares say nothing before 100 outcomes
        "listed": Listed(),
    }

    world.outcomes("enough", "hhh")
    world.evaluate()
    assert world.cell("seldom").held.watched == SmallShare(0.02, less_than=0.03)

    world.outcomes("seldom", "h" * 50)
    world.evaluate()
    # Its share of the budget is spoken for.
    assert world.cell("seldom").held.watched == SmallShare(0.02, less_than=0.03)


def test_an_intent_that_is_not_watched_is_measured_and_never_pages(world: World) -> None:
    world.anchor(refund=(0.88, 400))
    world.outcomes("refund", "m" * 40)
    world.evaluate()

    assert world.cell("refund").held.watched is None
    assert world.cell("refund").judgement.verdict is Verdict.DEGRADED
    assert world.kinds() == []


def yearly(world: World, intent: str, slice_: str = "") -> float:
    """What a cell gets of a page by the day in a year, to nine digits."""
    income = world.cell(intent, slice_).held.income
    assert income is not None
    return round(income.per_day * 365, 9)


def gift(world: World, intent: str, model: Model = TICKETS) -> float:
    income = world.cell(intent, model=model).held.income
    assert income is not None
    return round(income.gift, 9)


def purse(world: World) -> float:
    ((amount,),) = rows(world.engine, "SELECT amount FROM purse")
    return round(float(amount), 9)


def test_half_of_the_false_pages_a_year_is_shared_over_all_that_is_watched(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "h")
    world.evaluate()
    assert yearly(world, "erasure") == 0.5

    world.anchor(erasure=(0.88, 38), export=(0.91, 40))
    world.evaluate(NOON + timedelta(days=10))
    assert (yearly(world, "erasure"), yearly(world, "export")) == (0.25, 0.25)

    generous = World(world.engine, judge={"false_pages_per_year": 100}, intents={"export": {"weight": 3.0}})
    generous.evaluate(NOON + timedelta(days=20))
    assert (yearly(world, "erasure"), yearly(world, "export")) == (12.5, 37.5)
    income = world.cell("erasure").held.income
    assert income is not None
    # What it got until then stays as it was.
    assert [round(rate.per_day * 365, 9) for rate in income.rates] == [0.5, 0.25, 12.5]


def test_slices_share_a_quarter_of_their_intents_money(new_world: NewWorld) -> None:
    world = new_world(slices=({"name": "channel", "against": "intent"},))
    world.anchor(erasure=(0.88, 38), export=(0.88, 38))
    world.outcomes("export", "h")
    world.evaluate()
    for channel in ("app", "email"):
        world.outcomes("erasure", "h", slices={"channel": channel})
    world.evaluate()
    assert (yearly(world, "erasure"), yearly(world, "export")) == (0.1875, 0.25)
    assert yearly(world, "erasure", "channel=email") == yearly(world, "erasure", "channel=app") == 0.03125


def test_a_release_takes_the_purse_and_the_next_what_came_since(world: World) -> None:
    world.anchor(erasure=(0.88, 38), export=(0.91, 40))
    world.outcomes("erasure", "h")
    world.evaluate(NOON)
    # A quarter of a year's pages at first, for all that the version watches.
    assert (gift(world, "erasure"), gift(world, "export"), purse(world)) == (0.125, 0.125, 0.0)

    eighth = Model("tickets", "8")
    world.anchor(eighth, erasure=(0.88, 38))
    world.evaluate(NOON + timedelta(days=72))
    assert (gift(world, "erasure", eighth), world.cell("erasure", model=eighth).held.funded) == (0.0, False)
    world.outcomes("erasure", "h", model=eighth, at=73 * 24, hours=73 * 24)
    world.evaluate(NOON + timedelta(days=73))
    # A fifth of a year fills it by a tenth of a page, and all of it goes to the one cell of the new version.
    assert (gift(world, "erasure", eighth), gift(world, "erasure")) == (0.1, 0.125)
    assert purse(world) == 0.0


def test_an_intent_that_joins_a_version_later_has_money_from_then_on(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "h")
    world.outcomes("export", "m" * 20)
    world.evaluate()
    world.anchor(erasure=(0.88, 38), export=(0.91, 40))
    world.evaluate()
    detector = world.cell("export").bet.detector
    assert detector is not None
    assert (gift(world, "export"), detector.evidence, world.kinds()) == (0.0, 0.0, [])

    world.outcomes("export", "m" * 12, at=24 * 30, hours=24 * 30)
    world.evaluate(NOON + timedelta(days=31))
    assert "opened" in world.kinds()


def test_an_intent_that_its_traffic_shows_to_be_rare_has_what_its_version_had_at_the_release(
    new_world: NewWorld,
) -> None:
    world = new_world()
    world.anchor(frequent=(0.9, 400), few=(0.9, 40), seldom=(0.9, 400))
    world.outcomes("few", "h")
    world.outcomes("seldom", "mmm")
    world.evaluate(NOON)
    assert (gift(world, "few"), gift(world, "seldom"), purse(world)) == (0.25, 0.0, 0.0)

    world.outcomes("frequent", "h" * 100, at=36 * 24, hours=35 * 24)
    world.evaluate(NOON + timedelta(days=36.5))
    assert world.cell("seldom").held.watched == SmallShare(3 / 104, less_than=0.03)
    # Half of what the version was given, and a tenth of a year by the day for one of two; the purse had .05 by then.
    assert (gift(world, "seldom"), purse(world)) == (0.15, -0.1)
    detector = world.cell("seldom").bet.detector
    assert detector is not None
    assert detector.evidence > 0.1


def test_however_many_are_found_rare_they_borrow_no_more_than_the_first_purse(new_world: NewWorld) -> None:
    world = new_world()
    many: dict[str, Any] = {f"seldom{n}": (0.9, 400) for n in range(18)}
    world.anchor(frequent=(0.9, 400), few=(0.9, 40), **many)
    world.outcomes("few", "h")
    world.evaluate(NOON)
    world.outcomes("frequent", "h" * 100)
    world.evaluate(NOON)
    # Of 19 watched cells 18 are found rare: each has a 19th of the quarter that the version was given.
    assert gift(world, "seldom0") == pytest.approx(0.25 / 19)
    assert purse(world) == pytest.approx(-0.25 * 18 / 19)


def test_a_version_that_no_label_comes_to_takes_no_part_until_one_comes(world: World) -> None:
    seventh, eighth = TICKETS, Model("tickets", "8")
    for model, day in ((seventh, 0), (eighth, 30)):
        world.anchor(model, erasure=(0.88, 38))
        world.outcomes("erasure", "h", model=model, at=24 * day, hours=24 * day)
        world.evaluate(NOON + timedelta(days=day + 1))

    def shares() -> list[float]:
        incomes = [world.cell("erasure", model=model).held.income for model in (seventh, eighth)]
        return [round(income.per_day * 365, 9) for income in incomes if income is not None]

    assert shares() == [0.25, 0.25]
    world.evaluate(NOON + timedelta(days=32))
    assert shares() == [0.0, 0.5]
    world.outcomes("erasure", "h", model=seventh, at=24 * 35, hours=24 * 35)
    world.evaluate(NOON + timedelta(days=36))
    assert shares() == [0.25, 0.25]


def test_a_version_that_was_live_before_its_first_anchor_has_what_its_release_would_have_had(
    world: World,
) -> None:
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "h")
    world.evaluate(NOON)
    eighth = Model("tickets", "8")
    world.outcomes("erasure", "m" * 20, model=eighth)
    world.evaluate(NOON)
    for model in (TICKETS, eighth):
        world.outcomes("erasure", "h", model=model, at=36 * 24, hours=35 * 24)
    world.anchor(eighth, erasure=(0.88, 38))
    world.evaluate(NOON + timedelta(days=36.5))
    # A tenth of a year: .05 are in the purse; by the day the cell, one of two, would have had .025.
    assert gift(world, "erasure", eighth) == 0.075
    # The purse lent the second part, and pays it back from what comes.
    assert purse(world) == -0.025
    assert "opened" in world.kinds()


def test_outcomes_from_before_the_activation_count(world: World) -> None:
    world.outcomes("erasure", "m" * 20)
    world.evaluate()
    assert world.kinds() == []

    world.anchor(erasure=(0.88, 38))
    assert world.evaluate() == Evaluation(cells=1, notices=1)
    assert "opened" in world.kinds()


def test_another_anchor_starts_the_bet_afresh_over_all_outcomes(new_world: NewWorld) -> None:
    world, straight = new_world(), new_world()
    for each in (world, straight):
        each.outcomes("erasure", "hmhhm" * 3)
    world.anchor(erasure=(0.95, 38))
    world.evaluate()
    world.anchor(erasure=(0.88, 38))
    world.evaluate()
    straight.anchor(erasure=(0.88, 38))
    straight.evaluate()

    again, once = world.cell("erasure").bet.detector, straight.cell("erasure").bet.detector
    assert again is not None
    assert once is not None
    assert again.dumps() == once.dumps()


def test_a_promise_too_low_to_be_broken_is_blind_and_not_watched(world: World) -> None:
    world.anchor(erasure=(0.15, 38))
    world.outcomes("erasure", "m" * 50)
    world.evaluate()

    cell = world.cell("erasure")
    assert (cell.judgement.coverage, cell.held.watched, cell.bet.detector) == (Coverage.BLIND, None, None)
    assert world.kinds() == []


def test_a_page_of_a_version_before_stands_though_its_money_is_new(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "m" * 8)
    world.evaluate()
    assert world.kinds() == ["opened"]
    # As an upgrade leaves it: a page stands, and there is neither an income nor a purse.
    with world.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE cell SET income = NULL, funded = false")
        connection.exec_driver_sql("DELETE FROM purse")
    generous = World(world.engine, judge={"false_pages_per_year": 0.001})
    generous.evaluate()
    assert (world.cell("erasure").bet.broken, world.kinds()) == (True, ["opened"])
    assert yearly(world, "erasure") == 0.0005


def test_a_label_that_only_says_another_time_is_bet_on_as_if_it_had_said_so_at_once(
    new_world: NewWorld,
) -> None:
    corrected, straight = new_world(), new_world()
    for each, hours in ((corrected, 0), (straight, 48)):
        each.anchor(erasure=(0.88, 38))
        each.outcomes("erasure", "hh")
        late = each.outcomes("erasure", "mhm", hours=hours)
        each.outcomes("erasure", "hm", at=96, hours=96)
        each.evaluate(NOON + timedelta(days=6))
        if each is corrected:
            each.correct(late, "erasure", hours=48)
            each.evaluate(NOON + timedelta(days=6))
    bets = [each.cell("erasure").bet.detector for each in (corrected, straight)]
    assert bets[0] is not None
    assert bets[1] is not None
    assert bets[0].last_us == bets[1].last_us
    assert bets[0].evidence == pytest.approx(bets[1].evidence, rel=1e-12)
