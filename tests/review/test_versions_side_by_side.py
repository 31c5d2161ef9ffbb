"""The versions of a model side by side: what `version compare` prints, the model's page shows."""

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from monitor.app.room import Room
from monitor.app.stores import Stores
from monitor.cli.main import cli
from monitor.domain.events.types import Model
from monitor.domain.recall.compare import watched_difference
from monitor.review.status import overview
from reports.render.blocks import Block
from reports.tables.side_by_side import side_by_side
from tests.stored import TICKETS
from tests.worlds import World

OLD, OTHER = Model("tickets", "6"), Model("other", "1")


@pytest.fixture
def stores(sqlite_engine: Engine) -> Stores:
    """Version 7 finds fewer erasures than version 6; billing is like it was; another model has one version."""
    world = World(sqlite_engine, watch={"intents": ["*"]})
    for model in (OLD, TICKETS, OTHER):
        world.anchor(model, erasure=(0.9, 80), billing=(0.9, 80))
    for model, erasure in ((OLD, "h" * 90 + "m" * 5), (TICKETS, "h" * 20 + "m" * 40), (OTHER, "h" * 9)):
        world.outcomes("erasure", erasure, model=model)
        world.outcomes("billing", "h" * 20 + "m", model=model)
    world.evaluate()
    return Stores(world.settings, world.engine)


def table(stores: Stores) -> Block:
    (block,) = side_by_side(overview(stores.status, stores.incidents, stores.settings, stores.address))
    return block


def test_each_version_has_its_recall_with_limits_and_what_differs_comes_first(stores: Stores) -> None:
    block = table(stores)
    assert block.heading == "versions of tickets (prod) side by side"
    assert [head.name for head in block.heads] == ["intent", "v6", "v7", "do they differ?"]
    (_, old, new, differs), billing = block.table
    low, high = watched_difference(20, 40, 90, 5).interval
    assert (old.lines[0], new.lines[0]) == ("0.95 of 95", "0.33 of 60")
    assert differs.lines == ["v7 is worse by 0.61", f"{low:+.2f} to {high:+.2f}"]
    assert differs.mood == "bad"
    assert "v7 cannot be told apart" in billing[3].lines[0]


def test_the_models_page_shows_the_same_table_and_no_other_models(stores: Stores) -> None:
    room = Room(stores)
    shown = room.model("tickets", "prod", {"intent": "era*"}).html()
    assert "versions of tickets (prod) side by side" in shown
    assert table(stores).table[0][3].lines[0] in shown
    assert "v7 cannot be told apart" not in shown
    assert "side by side" not in room.model("other", "prod", {}).html()


def test_the_command_prints_it_and_its_object_is_exact(
    stores: Stores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    config = tmp_path / "anchorwatch.yaml"
    config.write_text(f"database: {{url: '{stores.engine.url}'}}\nwatch: {{intents: ['*']}}\n")
    words = ["version", "compare", "--config", str(config)]
    assert "v7 is worse by 0.61" in CliRunner().invoke(cli, words).output
    billing, erasure = json.loads(CliRunner().invoke(cli, [*words, "--json"]).output)
    assert (billing["says"], erasure["says"]) == ("undecided", "worse")
    assert [each["recall"] for each in erasure["versions"]] == [90 / 95, 20 / 60]
    nothing = CliRunner().invoke(cli, [*words, "--model", "other"]).output
    assert "no model has two versions" in nothing
