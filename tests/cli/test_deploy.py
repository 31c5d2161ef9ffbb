"""`anchorwatch deploy`: what went live is noted, muted and listed."""

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.cli.commanding import command


@pytest.fixture
def url(sqlite_engine: Engine) -> dict[str, str]:
    sqlite_engine.dispose()
    return {"ANCHORWATCH_DATABASE__URL": str(sqlite_engine.url)}


def test_a_deploy_is_noted_and_listed(tmp_path: Path, url: dict[str, str]) -> None:
    words = ["deploy", "note", "new tokenizer", "--model", "tickets", "--at", "2026-11-23T09:10"]
    done = command([*words, "--by", "ana"], tmp_path, **url)
    assert done.stdout == "noted 1: deploy of tickets at 2026-11-23 09:10 UTC: new tokenizer (ana)\n"
    listed = command(["deploy", "list", "--json"], tmp_path, **url)
    assert json.loads(listed.stdout) == [
        {
            "id": 1,
            "at": "2026-11-23T09:10:00+00:00",
            "model": "tickets",
            "version": "",
            "text": "new tokenizer",
            "author": "ana",
        }
    ]
    assert "new tokenizer" in command(["deploy", "list"], tmp_path, **url).stdout


def test_a_mute_says_until_when_and_is_among_the_silences(tmp_path: Path, url: dict[str, str]) -> None:
    done = command(["deploy", "note", "new host", "--mute", "30m", "--by", "ana"], tmp_path, **url)
    assert done.returncode == 0
    assert done.stdout.splitlines()[1].startswith("silence 1: nothing is told of it until ")
    (silence,) = json.loads(command(["silence", "list", "--json"], tmp_path, **url).stdout)
    assert (silence["matchers"], silence["reason"]) == ({"model": "*"}, "deploy: new host")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--at", "noon"], "--at noon: write a time, such as 2026-12-01T09:00"),
        (["--mute", "soon"], "--mute soon: write how long, such as 30m or 2h"),
        (["--mute", "0m"], "--mute 0m: write how long, such as 30m or 2h"),
    ],
)
def test_a_time_that_is_none_is_refused(
    words: list[str], problem: str, tmp_path: Path, url: dict[str, str]
) -> None:
    done = command(["deploy", "note", "new host", *words], tmp_path, **url)
    assert (done.returncode, done.stderr) == (2, f"problem: {problem}\n")
