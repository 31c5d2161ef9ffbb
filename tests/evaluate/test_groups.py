"""Groups of intents as cells: counted, bet on and corrected as if everything had been known from the start."""

from collections.abc import Mapping
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import Engine

from connectors.sql.review.status import StatusStore
from monitor.domain.events.types import Model
from monitor.domain.slices.cells import Cell
from monitor.evaluate import replay as replaying
from tests.evaluate.grouped import JUDGE, RARE, assert_same_bits, cells_of, detector_of
from tests.stored import NOON, TICKETS, label, prediction, store, take
from tests.worlds import NewWorld, World


def tell_at_once(
    world: World, predicted: Mapping[str, str], truth: Mapping[str, str], day: Mapping[str, int]
) -> None:
    at = store(world.engine)
    take(at, *(prediction(name, intent) for name, intent in predicted.items()))
    take(at, *(label(name, intent, hours=24 * day[name]) for name, intent in truth.items()))


@pytest.mark.parametrize("seed", range(4))
def test_corrections_at_any_time_end_where_a_right_history_ends(
    engine: Engine, new_world: NewWorld, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(replaying, "CHECKPOINT_EVERY", 5)
    dice = Random(seed)
    corrected, right, cut = World(engine, judge=JUDGE), new_world(judge=JUDGE), new_world(judge=JUDGE)
    for world in (corrected, right, cut):
        world.anchor(erasure=(0.88, 38), export=(0.91, 40), other=(0.9, 400))
    truth: dict[str, str] = {}
    predicted: dict[str, str] = {}
    day: dict[str, int] = {}
    for turn in range(6):
        recall = dice.choice([0.95, 0.85, 0.2])
        for intent in dice.choices(["erasure", "export", "other"], k=12):
            hit = "h" if dice.random() < recall else "m"
            (name,) = corrected.outcomes(intent, hit, hours=24 * turn)
            truth[name], predicted[name], day[name] = intent, intent if hit == "h" else "other", turn
        if turn % 2:
            corrected.evaluate()
        for name in dice.sample(sorted(truth), 4):
            truth[name] = dice.choice(["erasure", "export", "other"])
            corrected.correct([name], truth[name], revision=2 + turn, hours=24 * day[name])
    corrected.evaluate()
    tell_at_once(right, predicted, truth, day)
    right.evaluate()
    for name in predicted:  # the same, an outcome at a time
        take(cut.store, prediction(name, predicted[name]), label(name, truth[name], hours=24 * day[name]))
        if int(name[1:]) % 7 == 0:
            cut.evaluate()
    cut.evaluate()

    expected = cells_of(right)["group rare"]
    assert detector_of(expected).outcomes == sum(intent in ("erasure", "export") for intent in truth.values())
    for world in (corrected, cut):
        assert_same_bits(cells_of(world)["group rare"], expected)


def test_a_group_counts_what_its_members_count(world: World) -> None:
    world.settings = World(world.engine, judge=JUDGE).settings
    world.anchor(erasure=(0.88, 38), export=(0.91, 40), other=(0.9, 400))
    world.outcomes("erasure", "hhmm")
    world.outcomes("export", "hm")
    world.outcomes("other", "hhhh")
    world.evaluate()

    group = cells_of(world)["group rare"]
    assert group.cell == Cell.of_group(TICKETS, "rare")
    assert (group.labels.tally.hits, group.labels.tally.misses_to) == (3, {"other": 3})
    assert group.held.members is not None
    assert group.held.members.intents == ("erasure", "export")
    # Promises, so no slack: a - drop by the mix, the anchors' own counting as one label, half of it each.
    assert group.held.floor == pytest.approx((0.78 * 4.5 + 0.81 * 2.5) / 7)


def test_named_groups_have_the_intents_that_fit_and_a_weight(new_world: NewWorld) -> None:
    groups = [{"name": "compliance", "intents": ["gdpr_*", "data?export"], "weight": 3}]
    world = new_world(
        judge=JUDGE, groups=groups, watch={"intents": ["refund", "gdpr_access"], "rare_support": 0}
    )
    world.anchor(gdpr_access=(0.9, 400), gdpr_erasure=(0.9, 400), data_export=(0.9, 400), refund=(0.9, 400))
    world.outcomes("refund", "hhhh")
    world.evaluate()

    cells = cells_of(world)
    compliance, rare = cells["group compliance"].held, cells["group rare"].held
    assert compliance.members is not None
    assert compliance.members.intents == ("data_export", "gdpr_access", "gdpr_erasure")
    assert rare.members is not None
    assert rare.members.intents == ("gdpr_access", "refund")
    # Half of the year's money by the day, .5/365, is the groups': three quarters of it go to the weight of 3.
    assert compliance.income is not None
    assert rare.income is not None
    assert compliance.income.per_day * 365 == pytest.approx(0.5 * 0.5 * 3 / 4)
    assert rare.income.per_day * 365 == pytest.approx(0.5 * 0.5 / 4)
    # A quarter of a year's money fills the first purse.
    assert (compliance.income.gift, rare.income.gift) == pytest.approx((0.25 * 0.5 * 3 / 4, 0.25 * 0.5 / 4))
    assert cells["refund"].held.income is not None
    assert cells["refund"].held.income.gift == pytest.approx(0.25 * 0.5 / 2)


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_without_a_usable_group_the_cells_have_all_the_money(new_world: NewWorld, share: float) -> None:
    world = new_world(judge={"groups_share": share})
    anchors = {"erasure": (0.88, 38), "other": (0.9, 400)} | ({"export": (0.91, 40)} if share == 0 else {})
    world.anchor(TICKETS, **anchors)
    world.outcomes("erasure", "hh")
    world.evaluate()

    cells = cells_of(world)
    assert not [name for name in cells if name.startswith("group")]
    incomes = [state.held.income for state in cells.values() if state.held.watched]
    assert sum(income.per_day for income in incomes if income is not None) * 365 == pytest.approx(0.5)


def test_a_group_whose_members_change_begins_anew_with_money_from_then_on(new_world: NewWorld) -> None:
    world = new_world(judge=JUDGE)
    world.anchor(erasure=(0.88, 38), export=(0.91, 40), other=(0.9, 400))
    world.outcomes("erasure", "h" * 5 + "m" * 20)
    world.evaluate()
    before = cells_of(world)["group rare"]
    assert detector_of(before).evidence > 0
    world.anchor(erasure=(0.87, 38), export=(0.91, 40), other=(0.9, 400))
    world.evaluate()

    after = cells_of(world)["group rare"]
    assert after.held.income is not None
    assert after.held.income.gift == 0
    assert detector_of(after).evidence == 0
    assert detector_of(after).outcomes == 25
    assert detector_of(after).since_release > 1  # what was, is told, but not bet on


def test_an_event_that_names_its_intent_like_a_group_counts_with_the_rest(new_world: NewWorld) -> None:
    world = new_world(judge=JUDGE)
    world.anchor(TICKETS, erasure=(0.88, 38), export=(0.91, 40), **{RARE: (0.9, 30)})
    world.outcomes(RARE, "hhh")
    world.outcomes("erasure", "hm")
    world.evaluate()

    cells = cells_of(world)
    assert cells["group rare"].labels.tally.support == 2
    assert cells["__other__"].labels.tally.support == 3


def test_a_later_release_gives_its_group_half_of_what_it_takes(new_world: NewWorld) -> None:
    world = new_world(judge=JUDGE)
    world.anchor(erasure=(0.88, 38), export=(0.91, 40))
    world.outcomes("erasure", "hh")
    world.evaluate()
    next_version = Model("tickets", "8")
    world.anchor(next_version, erasure=(0.88, 38), export=(0.91, 40))
    world.evaluate(NOON + timedelta(days=72))
    waiting = [s.state for s in StatusStore(world.engine).cells() if s.state.cell.model == next_version]
    assert not any(state.held.funded for state in waiting)  # nothing of it came yet
    world.outcomes("erasure", "hh", model=next_version, at=24 * 73, hours=24 * 72)
    world.evaluate(NOON + timedelta(days=73))

    released = [s.state for s in StatusStore(world.engine).cells() if s.state.cell.model == next_version]
    gifts = {str(s.cell): s.held.income.gift for s in released if s.held.income is not None}
    # Half of a year's money fills the purse; its first version took all that was in it.
    assert sum(gifts.values()) == pytest.approx(0.5 * 73 / 365)
    assert gifts["group rare"] == pytest.approx(gifts["erasure"] + gifts["export"])


def test_who_is_found_rare_later_joins_when_the_group_would_be_twice_as_large(new_world: NewWorld) -> None:
    def members(world: World) -> int:
        held = cells_of(world)["group rare"].held
        assert held.members is not None
        return len(held.members.intents)

    few = {"access": (0.9, 39), "erasure": (0.88, 38), "export": (0.91, 40), "bulk": (0.9, 999)}
    for found, joined in ((2, 3), (3, 6)):
        world = new_world(judge=JUDGE)
        world.anchor(TICKETS, **few, **{f"seldom_{number}": (0.9, 400) for number in range(found)})
        world.outcomes("bulk", "h" * 50)
        world.evaluate()
        assert members(world) == 3
        world.outcomes("bulk", "h" * 60)  # of over 100 labels none is of the seldom ones
        world.evaluate()
        assert sum(state.held.watched is not None for state in cells_of(world).values()) == 1 + 3 + found
        assert members(world) == joined


def test_another_anchor_takes_in_who_was_found_rare_since(new_world: NewWorld) -> None:
    world = new_world(judge=JUDGE)
    anchors = {"access": (0.9, 39), "erasure": (0.88, 38), "export": (0.91, 40), "bulk": (0.9, 999)}
    world.anchor(TICKETS, **anchors)
    world.outcomes("bulk", "h" * 50)
    world.evaluate()
    world.anchor(TICKETS, **anchors, refund=(0.9, 20))
    world.evaluate()
    held = cells_of(world)["group rare"].held
    assert held.members is not None
    assert held.members.intents == ("access", "erasure", "export", "refund")
