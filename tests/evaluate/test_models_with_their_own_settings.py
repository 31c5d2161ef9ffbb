"""Two models in one run, each with what is configured for it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from monitor.app.stores import Stores
from monitor.domain.events.types import Model
from monitor.domain.judging.judge import Coverage
from monitor.domain.judging.watching import FewExamples, Listed
from monitor.review.in_use import in_use
from monitor.review.status import overview
from reports.tables.budget import budget_view
from tests.stored import NOON, TICKETS, rows
from tests.worlds import NewWorld, World

SHOP = Model("shop-de", "3")
BOTH = (TICKETS, SHOP)
OF_SHOP: dict[str, Any] = {
    "name": "shop-*",
    "watch": {"intents": ["billing"], "rare_support": 10},
    "judge": {"drop": 0.3},
    "slices": [{"name": "locale", "values": ["de"], "against": "intent"}],
}


def two_models(world: World, pattern: str = "h") -> None:
    for model in BOTH:
        world.anchor(model, erasure=(0.9, 40), billing=(0.9, 400))
        for intent in ("erasure", "billing"):
            world.outcomes(intent, pattern, model=model, slices={"locale": "de", "channel": "email"})


def test_two_models_are_watched_held_and_sliced_as_each_is_configured(engine: Engine) -> None:
    world = World(engine, models=[OF_SHOP], slices=[{"name": "channel", "against": "intent"}])
    two_models(world)
    world.evaluate()

    watched = {
        (model.name, intent): world.cell(intent, model=model).held.watched
        for model in BOTH
        for intent in ("erasure", "billing")
    }
    assert watched == {
        ("tickets", "erasure"): FewExamples(40, fewer_than=60),
        ("tickets", "billing"): None,
        ("shop-de", "erasure"): None,
        ("shop-de", "billing"): Listed(),
    }
    floors = [world.cell("billing", model=model).held.floor for model in BOTH]
    assert floors == [pytest.approx(0.8), pytest.approx(0.6)]
    slices = rows(
        engine, "SELECT DISTINCT model.name, slice FROM cell JOIN model ON model.id = cell.model_id"
    )
    assert {(name, slice_) for name, slice_ in slices if slice_} == {
        ("tickets", "channel=email"),
        ("shop-de", "locale=de"),
    }


def test_a_fall_that_one_model_may_have_pages_the_other_alone(engine: Engine) -> None:
    world = World(engine, watch={"intents": ["*"]}, models=[{"name": "shop-*", "judge": {"drop": 0.3}}])
    two_models(world, "hhm" * 60)  # .67: below .80, above .60
    world.evaluate()
    broken = {model.name: world.cell("erasure", model=model).bet.broken for model in BOTH}
    assert broken == {"tickets": True, "shop-de": False}
    assert world.kinds() == ["opened"]


def test_a_model_with_settings_of_its_own_changes_no_other(new_world: NewWorld) -> None:
    alone, beside = new_world(), new_world(models=[OF_SHOP])
    for world in (alone, beside):
        world.anchor(erasure=(0.9, 40), export=(0.9, 40))
        world.outcomes("erasure", "hhmhm" * 4)
        world.evaluate()
    assert alone.everything() == beside.everything()


def test_a_models_weight_is_its_part_of_the_one_budget(new_world: NewWorld) -> None:
    world = new_world(
        intents={"export": {"weight": 2}},
        models=[{"name": "shop-*", "weight": 3.0}],
        watch={"intents": ["*"]},
    )
    for model in BOTH:
        world.anchor(model, erasure=(0.9, 40), export=(0.9, 40))
        world.outcomes("erasure", "h", model=model)
    world.evaluate()
    incomes = {
        (model.name, intent): world.cell(intent, model=model).held.income
        for model in BOTH
        for intent in ("erasure", "export")
    }
    # Half a page a year by the day, over weights of 1, 2, 3 and 6.
    assert {cell: round(income.per_day * 365, 9) for cell, income in incomes.items() if income} == {
        ("tickets", "erasure"): pytest.approx(0.5 * 1 / 12),
        ("tickets", "export"): pytest.approx(0.5 * 2 / 12),
        ("shop-de", "erasure"): pytest.approx(0.5 * 3 / 12),
        ("shop-de", "export"): pytest.approx(0.5 * 6 / 12),
    }


def test_a_group_of_a_model_weighs_as_its_model_does(new_world: NewWorld) -> None:
    group = {"name": "privacy", "intents": ["e*"], "weight": 2.0}
    world = new_world(
        judge={"groups_share": 0.5}, models=[{"name": "shop-*", "weight": 3.0, "groups": [group]}]
    )
    for model in BOTH:
        world.anchor(model, erasure=(0.9, 40), export=(0.9, 40))
        world.outcomes("erasure", "h", model=model)
    world.evaluate()
    given = {
        (status.cell.model.name, status.cell.group): round(status.held.income.per_day * 365, 9)
        for status in (each.state for each in Stores(world.settings, world.engine).status.cells())
        if status.cell.group is not None and status.held.income is not None
    }
    # A quarter of a page a year for the groups, over weights of 1, 3 and 3 times 2.
    assert given == {
        ("tickets", "rare"): 0.025,
        ("shop-de", "rare"): 0.075,
        ("shop-de", "privacy"): 0.15,
    }


def test_a_model_may_be_silent_for_as_long_as_it_is_allowed(engine: Engine) -> None:
    world = World(engine, models=[{"name": "shop-*", "judge": {"stale_after_days": 30}}])
    two_models(world, "h" * 30)
    world.evaluate(NOON + timedelta(days=10))
    stale = [world.cell("billing", model=model).judgement.coverage is Coverage.STALE for model in BOTH]
    assert stale == [True, False]


def test_a_models_pages_go_by_its_routes_and_say_what_is_said_of_it(engine: Engine) -> None:
    world = World(
        engine,
        sinks=[{"kind": "terminal", "name": "desk"}, {"kind": "terminal", "name": "shop"}],
        routes=[{"sinks": ["desk"]}],
        runbook="https://here/all",
        models=[{"name": "shop-*", "routes": [{"sinks": ["shop"]}], "runbook": "https://here/shop"}],
    )
    two_models(world, "m" * 20)
    world.evaluate()
    told = rows(engine, "SELECT sink, notice FROM notification WHERE kind = 'incident.opened' ORDER BY sink")
    assert [sink for sink, _ in told] == ["desk", "shop"]
    assert ["https://here/all" in str(told[0][1]), "https://here/shop" in str(told[1][1])] == [True, True]


def test_status_shows_the_slices_and_the_days_of_each_model(engine: Engine) -> None:
    world = World(
        engine,
        slices=[{"name": "channel", "against": "intent"}],
        models=[{**OF_SHOP, "judge": {"detect_within_days": 3.0}}],
    )
    two_models(world)
    world.evaluate()
    stores = Stores(world.settings, engine)
    seen = in_use(overview(stores.status, stores.incidents, world.settings, "here"))
    assert {status.state.cell.slice_text for status in seen.cells} == {"", "channel=email", "locale=de"}
    objects = budget_view(seen).content
    assert isinstance(objects, dict)
    assert {(part["model"], part["detect_within_days"]) for part in objects["cells"]} == {
        (str(TICKETS), 14.0),
        (str(SHOP), 3.0),
    }
