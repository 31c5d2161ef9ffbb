"""Tickets out to Label Studio and back, as people type it: every count is what an independent reader counts."""

import json
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from monitor.app.clock import now
from tests.cli.commanding import command
from tests.e2e.annotated import Desk, Truths, chances, counted, read
from tests.stored import NOON, prediction, rows, store, take_in
from tests.worlds import World

INTENTS = ("refund", "bug", "erasure")
TICKETS = 3_000


def traffic(engine: Engine) -> tuple[dict[str, str], dict[str, str]]:
    """Tickets that have just come: what was predicted of each, and the truth, which is another of every seventh."""
    rng = random.Random(11)
    truth = {f"ticket-{n}": rng.choices(INTENTS, (50, 45, 5))[0] for n in range(TICKETS)}
    predicted = {each: rng.choice(INTENTS) if rng.random() < 0.15 else truth[each] for each in truth}
    world = World(engine)
    world.anchor(refund=(0.9, 50), bug=(0.9, 50), erasure=(0.9, 50))
    world.evaluate()
    arrived = now() - timedelta(hours=1)
    hours = (arrived - NOON).total_seconds() / 3_600
    with store(engine).transaction(arrived) as transaction:
        take_in(transaction, *(prediction(each, intent, hours=hours) for each, intent in predicted.items()))
    return predicted, truth


def held(engine: Engine) -> dict[str, tuple[int, int]]:
    """Hits and misses of each intent, as the database has them."""
    counts = rows(
        engine,
        "SELECT intent, sum(CASE WHEN predicted = intent THEN 1 ELSE 0 END), count(*) FROM outcome"
        " WHERE intent IS NOT NULL GROUP BY intent",
    )
    return {intent: (int(hits), int(labels) - int(hits)) for intent, hits, labels in counts}


def agrees(engine: Engine, shown: dict[str, Any], truths: Truths, predicted: dict[str, str]) -> None:
    skipped = shown["no_label"].get("skipped", {"count": 0})["count"]
    assert (skipped, shown["read_twice"], shown["disagreed"]) == truths[1:]
    assert held(engine) == counted(truths.holding, predicted)


def test_a_thousand_tickets_go_out_and_come_back_with_every_skip_change_and_deletion(
    engine: Engine, tmp_path: Path
) -> None:
    predicted, truth = traffic(engine)
    url = {"ANCHORWATCH_DATABASE__URL": str(engine.url)}

    def run(*words: str) -> str:
        done = command(list(words), tmp_path, **url)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("labels", "draw", "--per-day", "1000", "--output", "tasks.json")
    tasks = (tmp_path / "tasks.json").read_bytes()
    assert 850 < len(json.loads(tasks)) < 1_150

    desk = Desk(tasks, truth, seed=3)
    desk.label()
    first = desk.studio.export()
    (tmp_path / "first.json").write_bytes(first)
    shown = json.loads(run("labels", "import", "first.json", "--json"))
    truths = read(first)
    agrees(engine, shown, truths, predicted)
    assert (shown["new"], shown["no_such_prediction"]) == (_labels(first), 0)
    drawn = dict(
        rows(engine, "SELECT prediction_id, probability FROM outcome WHERE design = 'by_prediction'")
    )
    assert drawn == {ticket: pi for ticket, pi in chances(tasks).items() if ticket in truths.holding}

    desk.change()
    second = desk.studio.export(every_task=False)  # as its button does
    (tmp_path / "second.json").write_bytes(second)
    dry = json.loads(run("labels", "import", "second.json", "--complete", "--dry-run", "--json"))
    shown = json.loads(run("labels", "import", "second.json", "--complete", "--json"))
    truths = read(first, second)
    agrees(engine, shown, truths, predicted)
    assert {**dry, "dry_run": False} == shown
    assert min(shown[change] for change in ("new", "changed", "retracted", "unchanged", "disagreed")) > 5

    kept = rows(engine, "SELECT * FROM label ORDER BY label_id")
    again = json.loads(run("labels", "import", "second.json", "--complete", "--json"))
    assert (again["new"], again["changed"], again["retracted"]) == (0, 0, 0)
    older = json.loads(run("labels", "import", "first.json", "--json"))
    assert (older["new"], older["changed"], older["retracted"]) == (0, 0, 0)
    assert rows(engine, "SELECT * FROM label ORDER BY label_id") == kept


def _labels(export: bytes) -> int:
    return sum(not each["was_cancelled"] for task in json.loads(export) for each in task["annotations"])
