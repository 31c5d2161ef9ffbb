"""What the budget would be by other settings is what the next evaluation by them makes of it; nothing is written."""

import pytest
from sqlalchemy import Engine

from connectors.sql.evaluate.trial import TrialStore
from connectors.sql.review.status import StatusStore
from monitor.domain.judging.what_if import PartChange, WhatIf
from monitor.errors import InputError
from monitor.evaluate.budgeting import asked_settings, what_if
from monitor.settings.settings import Settings
from tests.stored import NOON, TICKETS, counts
from tests.worlds import World

TABLES = ("cell", "checkpoint", "notification", "purse", "counter")
DAYS = {TICKETS: 2.0}


def world_of(engine: Engine) -> World:
    watch = {"intents": ["erasure", "export", "refund"]}
    world = World(engine, judge={"groups_share": 0.5}, watch=watch)
    world.anchor(erasure=(0.9, 200), export=(0.8, 200), refund=(0.17, 200))
    world.outcomes("erasure", "h" * 40)
    world.outcomes("export", "hhhhm" * 20)
    world.outcomes("refund", "hmmmm" * 4)
    world.evaluate()
    return world


def asked(world: World, question: WhatIf) -> dict[str, PartChange]:
    states = [status.state for status in StatusStore(world.engine).cells()]
    changes = what_if(TrialStore(world.engine), world.settings, question, states, DAYS, NOON)
    return {str(change.cell): change for change in changes}


def test_by_other_settings_it_is_shared_as_the_next_evaluation_shares_it(engine: Engine) -> None:
    world = world_of(engine)
    question = WhatIf(drop=0.05, false_pages=4.0)
    before, stored = world.everything(), counts(engine, *TABLES)
    changes = asked(world, question)
    assert (world.everything(), counts(engine, *TABLES)) == (before, stored)
    refund = changes["refund"]
    assert refund.before is None  # .17 less .10 leaves no room for a fall
    assert refund.after is not None
    world.settings = asked_settings(world.settings, question)
    world.evaluate()
    for name in ("erasure", "export", "refund", "group rare"):
        intent, part = name.replace("group ", "__group__:"), changes[name].after
        held = world.cell(intent).held
        assert part is not None
        assert held.income is not None
        assert part.floor == pytest.approx(held.floor)
        assert part.money_per_day == held.income.per_day
        assert part.days == pytest.approx(world.cell(intent).unseen_days(2.0))


def test_where_nothing_is_asked_nothing_changes(engine: Engine) -> None:
    world = world_of(engine)
    for change in asked(world, WhatIf()).values():
        assert change.before == change.after


def test_labels_of_an_intent_that_is_not_there_are_refused_with_what_was_meant(engine: Engine) -> None:
    world = world_of(engine)
    with pytest.raises(InputError, match="no intent 'erasur'; did you mean erasure"):
        asked(world, WhatIf(labels_of={"erasur": 3.0}))


def test_a_drop_that_is_asked_for_is_that_of_models_with_one_of_their_own_too() -> None:
    models = [{"name": "a*", "judge": {"drop": 0.2}}, {"name": "b*", "judge": {"stale_after_days": 1}}]
    settings = asked_settings(Settings(models=models, judge={"drop": 0.3}), WhatIf(drop=0.05))
    for name in ("a", "b", "c"):
        assert settings.of_versions(name, "prod").judge.drop == 0.05
    assert settings.judge.false_pages_per_year == 1.0
