"""A broken slice is never an `ok` or `blind` intent, on no screen and in no JSON, without the slice beside it."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import generate_latest
from sqlalchemy import Engine
from typer.testing import CliRunner

from connectors.sinks.webhook import payload
from monitor.app.metrics import Metrics
from monitor.app.wiring import App
from monitor.cli.main import cli
from monitor.domain.judging.judge import Coverage, Verdict
from monitor.domain.telling.about import CellConcern
from monitor.domain.telling.kinds import NoticeKind
from reports.pages.page import page_of
from tests.incidents.falls import notices
from tests.review.broken_slices import CHANNELS
from tests.stored import NOON, TICKETS
from tests.worlds import World

DAY = timedelta(days=1)
OK, BLIND, SLICE = "erasure", "access", "channel=email"
STATUS = (
    (),
    ("--all",),
    ("--intent", "*"),
    ("--intent", BLIND),
    ("--verdict", "ok"),
    ("--verdict", "blind"),
    ("--verdict", "seen"),
    ("--model", "tickets"),
)
COMMANDS: tuple[tuple[str, ...], ...] = (
    *(("status", *more) for more in STATUS),
    ("gate", "--model", "tickets", "--version", "7"),
    ("gate", "--model", "tickets", "--version", "7", "--no-slices"),
    ("gate", "--model", "tickets", "--version", "7", "--intents", BLIND),
    ("report", "weekly", "--week", "2026-W50"),
    ("incident", "list"),
    ("incident", "show", "1"),
    ("incident", "analyze", "1"),
    ("backtest",),
)


@pytest.fixture
def world(engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    """Both intents broke by e-mail; of the one a fall of the rest would be seen, of the other nothing comes."""
    sinks = [{"kind": "terminal", "name": "here"}]
    watched: dict[str, Any] = {"slices": CHANNELS, "watch": {"intents": [OK, BLIND]}, "sinks": sinks}
    made = World(engine, **watched)
    parts = {"": (0.6, 400), "__channel__email": (0.9, 100), "__channel__app": (0.6, 200)}
    promises = {f"{intent}{part}": held for intent in (OK, BLIND) for part, held in parts.items()}
    made.anchor(TICKETS, **promises)
    for intent in (OK, BLIND):
        made.outcomes(intent, "h" * 40, slices={"channel": "app"})
        made.outcomes(intent, "hmmm" * 10, slices={"channel": "email"})
    made.evaluate(NOON + DAY)
    for day in range(2, 24, 2):
        made.outcomes(OK, "h" * 30, slices={"channel": "app"}, at=24 * day, hours=24 * day)
        made.evaluate(NOON + day * DAY + timedelta(hours=26))
    made.evaluate(NOON + 25 * DAY)
    (tmp_path / "anchorwatch.yaml").write_text(
        json.dumps(
            {
                **watched,
                "database": {"url": engine.url.render_as_string(hide_password=False)},
                "judge": {"groups_share": 0},
                "anchor": {"treat_as": "promise"},
            }
        )
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANCHORWATCH_CONFIG", "anchorwatch.yaml")
    return made


def unnamed(text: str) -> list[str]:
    """The lines that say of an intent as a whole that it is ok or blind, and do not name the slice.

    A row of a table may do so in the row beneath.
    """
    lines = text.splitlines()
    return [
        line
        for line, beneath in pairwise([*lines, ""])
        if re.search(rf"\b({OK}|{BLIND})\b(?! \[)", line)
        and re.search(r"\b(ok|blind|healthy|seen|label more|too few labels)\b", line)
        and SLICE not in line
        and not (line.startswith("|") and "1 slice degraded" in line and SLICE in beneath)
    ]


def rows(value: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    """The objects of a JSON that are about one of the intents as a whole."""
    if isinstance(value, list):
        for each in value:
            yield from rows(each)
    elif isinstance(value, dict):
        named = value.get("cell", value.get("intent"))
        if named in (OK, BLIND) and not value.get("slice"):
            yield value
        for each in value.values():
            yield from rows(each)


def test_the_world_is_what_it_says(world: World) -> None:
    judged = {(name, part): world.cell(name, part).judgement for name in (OK, BLIND) for part in ("", SLICE)}
    assert [judged[name, SLICE].verdict for name in (OK, BLIND)] == [Verdict.DEGRADED] * 2
    assert [judged[name, ""].verdict for name in (OK, BLIND)] == [Verdict.OK] * 2
    assert [judged[name, ""].coverage for name in (OK, BLIND)] == [Coverage.SEEN, Coverage.BLIND]


@pytest.mark.usefixtures("world")
def test_every_command_names_the_slice_beside_its_intent() -> None:
    said: dict[str, int] = {}
    for command, as_json in product(COMMANDS, (False, True)):
        words = [*command, "--json"] if as_json else [*command]
        done = CliRunner().invoke(cli, words)
        assert done.exit_code in (0, 1, 3), done.output
        assert SLICE in done.stdout, words
        if not as_json:
            assert unnamed(done.stdout) == [], words
            continue
        for row in rows(json.loads(done.stdout)):
            if {row.get("verdict"), row.get("coverage"), row.get("gate")} & {"ok", "blind", "healthy"}:
                said[command[0]] = said.get(command[0], 0) + 1
                assert SLICE in json.dumps(row), (words, row)
    assert said.keys() == {"status", "gate", "report"}  # where a row says so of an intent


def test_every_notice_names_the_slice_beside_its_intent(world: World) -> None:
    sent = notices(world.engine)
    blind = [notice for notice in sent if notice.kind is NoticeKind.BLIND]
    assert any(re.search(rf"{BLIND}\b(?! \[)", page_of(notice).text) for notice in blind)
    for notice in sent:
        page = page_of(notice)
        assert unnamed(page.text) == []
        if notice.kind is NoticeKind.BLIND and isinstance(notice.about, CellConcern):
            if all(cell.slice_text for cell, _ in notice.about.cells):
                continue
            assert f"degraded in {SLICE}" in page.text
            assert f"degraded in {SLICE}" in payload(notice, page).decode()


def test_metrics_have_the_slice_beside_its_intent(world: World) -> None:
    app = App(world.settings, world.engine)
    metrics = Metrics(app.vitals.snapshot, app.vitals.health)
    scraped = generate_latest(metrics.registry).decode()
    for intent in (OK, BLIND):
        where = f'environment="prod",intent="{intent}",model="tickets",model_version="7"'
        assert f'anchorwatch_slice_verdict{{{where},slice="{SLICE}",verdict="degraded"}} 1.0' in scraped
    assert (
        'anchorwatch_intents{environment="prod",model="tickets",model_version="7",standing="degraded"} 2.0'
        in (scraped)
    )
