"""The pages about labels on a real database: each rests on the very object that its command prints."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from monitor.app.label_pages import LabelPages
from monitor.app.stores import Stores
from monitor.domain.events.types import Design, Model
from monitor.errors import ConfigError, NotFoundError
from reports.web.page import RoomPage
from tests.cli.commanding import command
from tests.contract.labels.draws import draw, wait
from tests.hostile import Page
from tests.review.broken_channel import broken
from tests.stored import NOON, label, store, take
from tests.worlds import World


@pytest.fixture
def world(sqlite_engine: Engine) -> World:
    """A broken intent, a few tickets of another that nobody promised, and a draw of two tickets."""
    made = broken(sqlite_engine)
    made.outcomes("billing", "h" * 5)
    made.evaluate()
    wait(store(sqlite_engine), "d1", "d2")
    draw(sqlite_engine, d1=0.5, d2=0.25)
    take(store(sqlite_engine), label("d1"))
    return made


@pytest.fixture
def stores(world: World) -> Iterator[Stores]:
    made = Stores(world.settings, world.engine)
    yield made
    made.close()


@pytest.fixture
def pages(stores: Stores) -> LabelPages:
    return LabelPages(stores)


def rounded(text: str) -> object:
    """What JSON says, without the last digits: sums of numpy depend on where in memory its arrays lie."""
    return json.loads(text, parse_float=lambda digits: float(f"{float(digits):.10g}"))


@pytest.mark.parametrize("name", ["plan", "drawn", "disputed", "early"])
def test_a_page_rests_on_what_its_command_prints(
    stores: Stores, pages: LabelPages, tmp_path: Path, name: str
) -> None:
    of_command: Mapping[str, Callable[[], RoomPage]] = {
        "plan": lambda: pages.plan({}),
        "drawn": pages.drawn,
        "disputed": lambda: pages.disputed({}),
        "early": lambda: pages.early({}),
    }
    printed = command(["labels", name, "--json"], tmp_path, ANCHORWATCH_DATABASE__URL=stores.address)
    assert printed.returncode == 0, printed.stderr
    assert rounded(of_command[name]().json()) == rounded(printed.stdout)


def test_the_first_page_has_something_of_each_and_leads_to_it(pages: LabelPages) -> None:
    page = pages.labels()
    content = json.loads(page.json())
    assert content["draws"] == json.loads(pages.drawn().json())
    assert content["disputed"] == json.loads(pages.disputed({}).json())
    links = Page(page.html()).links
    assert {"/labels/plan", "/labels/drawn", "/labels/disputed", "/labels/early"} < set(links)
    assert "/labels/drawn/1.csv" in links


def test_a_draw_says_how_many_of_its_tickets_people_labelled(pages: LabelPages) -> None:
    (drawn,) = json.loads(pages.drawn().json())
    assert (drawn["drawn"], drawn["answered"]) == (2, 1)


def test_the_tickets_of_a_draw_are_there_with_their_chances_and_without_texts(pages: LabelPages) -> None:
    rows = list(csv.DictReader(pages.draw_csv(1).splitlines()))
    assert [(row["prediction_id"], row["pi"], row["predicted"]) for row in rows] == [
        ("d1", "0.5", "refund"),
        ("d2", "0.25", "refund"),
    ]
    assert "text" not in rows[0]
    with pytest.raises(NotFoundError, match="there is no draw 2; the last is 1"):
        pages.draw_csv(2)


def test_of_several_models_each_has_a_plan_of_its_own(pages: LabelPages, world: World) -> None:
    other = Model("tickets", "8")
    world.anchor(other, erasure=(0.88, 38))
    world.outcomes("erasure", "h" * 40, model=other)
    world.evaluate()
    links = Page(pages.plan({"within_days": "7"}).html()).links
    assert "/labels/plan?within_days=7&model=tickets&version=8&environment=prod" in links
    (planned,) = [json.loads(pages.plan({"version": "8", "within_days": "7"}).json())]
    assert (planned["model"], planned["within_days"]) == ("tickets v8 (prod)", 7)


def test_numbers_that_will_not_do_are_named_all_at_once(pages: LabelPages) -> None:
    asked = {"per_day": "many", "within_days": "-1", "fall_to": "0.3", "fall_by": "0.3", "auc": " "}
    with pytest.raises(ConfigError) as refused:
        pages.plan(asked)
    assert [problem.partition(":")[0] for problem in refused.value.problems] == [
        "per_day",
        "within_days",
        "fall_to and fall_by",
    ]


def test_an_intent_that_is_blind_for_want_of_labels_is_on_the_first_page(sqlite_engine: Engine) -> None:
    blind = World(sqlite_engine)
    blind.anchor(erasure=(0.88, 38))
    for day in range(4):
        for intent in ("erasure", "cancel"):
            blind.outcomes(intent, "h", hours=24 * 4 * day, design=Design.UNIFORM, probability=1.0)
    blind.evaluate(NOON + timedelta(days=14))
    page = LabelPages(Stores(blind.settings, blind.engine)).labels()
    (cell,) = json.loads(page.json())["blind"]
    assert (cell["intent"], cell["blind_because"]) == ("erasure", "too few labels")
    assert "blind for want of labels: tickets v7 (prod)" in page.html()
