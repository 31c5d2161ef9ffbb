"""A name that nobody knows is answered with the one that was probably meant."""

from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from monitor.cli.main import cli
from monitor.errors import ConfigError
from tests.worlds import World

UNKNOWN = [
    (
        ["gate", "--model", "ticket", "--version", "7"],
        "ticket v7 (prod) is unknown: no anchor was imported for it and no event names it; did you mean tickets v7"
        " (prod)?",
    ),
    (["sink", "test", "terminl"], "there is no sink called 'terminl'; did you mean terminal?"),
    (["sink", "test", "x"], "there is no sink called 'x'; configured: terminal"),
    (
        ["incident", "show", "abc"],
        "abc is no number of an incident; `anchorwatch incident list` shows them",
    ),
    (
        ["incident", "resolve", "0"],
        "0 is no number of an incident; `anchorwatch incident list` shows them",
    ),
    (["runbook", "recal-drop"], "there is no runbook 'recal-drop'; did you mean recall-drop?"),
    (
        ["silence", "add", "--match", "intnt=x", "--reason", "moving", "--until", "8h"],
        "--match: 'intnt=x': write FIELD=PATTERN; FIELD is one of model, version, environment, intent, slice, group;"
        " did you mean intent?",
    ),
]


@pytest.mark.parametrize(("words", "problem"), UNKNOWN, ids=lambda each: " ".join(each[:3]))
def test_a_name_that_nobody_knows_is_guessed(
    words: list[str], problem: str, tmp_path: Path, sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    World(sqlite_engine).anchor(erasure=(0.9, 50))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANCHORWATCH_DATABASE__URL", str(sqlite_engine.url))
    refused = CliRunner().invoke(cli, words).exception
    assert isinstance(refused, ConfigError)
    assert refused.problems == [problem]
