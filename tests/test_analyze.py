"""`anchorwatch incident analyze`: the part of the tickets that explains it, on SQLite and PostgreSQL."""

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from connectors.analysis_store import AnalysisStore
from connectors.anchor_store import AnchorStore
from connectors.status import StatusStore
from monitor.analyze import MemberAnalysis, analyze
from monitor.cli.main import cli
from monitor.domain.anchors import Example, Measured, Promise, Provenance, build
from monitor.domain.causes import Condition, Kind
from monitor.errors import ConfigError
from reports.analysis import lines
from tests.stored import NOON, TICKETS
from tests.test_evaluate import World

EMAIL, PHONE = {"channel": "email"}, {"channel": "phone"}


def broken(engine: Engine, *, examples: bool = True, slices: bool = True) -> World:
    """An intent that fell in e-mails only; offline they were as good as the rest."""
    world = World(engine)
    made = build(
        TICKETS, {("erasure", ""): Promise(Measured(0.9, 50))}, Provenance("r", "f" * 64, "csv", NOON)
    )
    rows = [
        Example("erasure", "other" if i % 10 == 0 else "erasure", "real", EMAIL if i % 2 else PHONE)
        for i in range(50)
    ]
    AnchorStore(engine).add(made, rows if examples else [])
    AnchorStore(engine).activate(made, NOON)
    for _ in range(10):
        world.outcomes("erasure", "mmmmh", slices=EMAIL if slices else {})
        world.outcomes("erasure", "hhhh", slices=PHONE if slices else {})
    world.evaluate()
    return world


def analysed(world: World) -> MemberAnalysis:
    (incident,) = StatusStore(world.engine).incidents()
    (found,) = analyze(AnalysisStore(world.engine), incident.members)
    return found


def told(found: MemberAnalysis) -> list[str]:
    return lines(found.member, found.labelled, found.missed, found.attributes, found.causes)


def test_the_channel_that_broke_is_found_and_called_new(engine: Engine) -> None:
    found = analysed(broken(engine))
    (cause,) = found.causes
    assert cause.conditions == (Condition("channel", "email"),)
    assert (cause.tickets, cause.misses, cause.significant, cause.kind) == (50, 40, True, Kind.NEW)
    assert found.compared == 50
    assert told(found) == [
        "erasure: 40 of 90 labelled tickets missed since the onset",
        "  channel=email: 40 of 50 missed (significant; new since the anchor was measured)",
    ]


def test_an_anchor_without_examples_cannot_tell_what_is_new(engine: Engine) -> None:
    found = analysed(broken(engine, examples=False))
    assert (found.compared, found.causes[0].kind) == (0, Kind.UNKNOWN)
    assert told(found)[1].endswith("(significant; weak now; the anchor cannot tell whether it was before)")


def test_events_without_slices_say_so(engine: Engine) -> None:
    found = analysed(broken(engine, slices=False))
    assert found.causes == []
    assert told(found)[1].startswith("  the events carry no `slices`")


def test_the_command_prints_words_and_exact_json(
    sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(sqlite_engine)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANCHORWATCH_DATABASE__URL", str(sqlite_engine.url))
    words = CliRunner().invoke(cli, ["incident", "analyze", "1"])
    assert (words.exit_code, "channel=email: 40 of 50 missed" in words.stdout) == (0, True)
    (member,) = json.loads(CliRunner().invoke(cli, ["incident", "analyze", "1", "--json"]).stdout)
    assert (member["labelled"], member["missed"], member["causes"][0]["kind"]) == (90, 40, "new")
    refused = CliRunner().invoke(cli, ["incident", "analyze", "7"])
    assert isinstance(refused.exception, ConfigError)
