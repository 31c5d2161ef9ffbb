"""One word for one thing: -h is help everywhere, and a reason is a reason."""

from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from monitor.cli.commands import COMMANDS, CommandGroup
from monitor.cli.main import cli
from tests.cli.commanding import command
from tests.worlds import World

PLACES = [
    [],
    *([name] for name, entry in COMMANDS.items()),
    *(
        [name, next(iter(entry.commands))]
        for name, entry in COMMANDS.items()
        if isinstance(entry, CommandGroup)
    ),
]


@pytest.mark.parametrize("words", PLACES, ids=" ".join)
def test_h_is_help_everywhere(words: list[str]) -> None:
    short, long = (CliRunner().invoke(cli, [*words, option]) for option in ("-h", "--help"))
    assert (short.exit_code, short.stdout) == (0, long.stdout)
    assert "--why" not in short.stdout


@pytest.mark.parametrize("option", ["--reason", "--why"])
def test_a_reason_is_given_with_one_word_and_the_old_word_still_means_it(
    option: str, tmp_path: Path, sqlite_engine: Engine
) -> None:
    world = World(sqlite_engine)
    world.anchor(erasure=(0.9, 50))
    world.outcomes("erasure", "m" * 40 + "h" * 10)
    world.evaluate()
    url = {"ANCHORWATCH_DATABASE__URL": str(sqlite_engine.url)}
    for words in (
        ["incident", "ack", "1", option, "I look at it"],
        ["silence", "add", "--match", "intent=erasure", "--until", "8h", f"{option}=known"],
        ["incident", "resolve", "1", option, "rolled back"],
    ):
        done = command(words, tmp_path, **url)
        assert (done.returncode, done.stderr) == (0, "")
    history = command(["incident", "show", "1"], tmp_path, **url).stdout
    assert "I look at it" in history
    assert "rolled back" in history


SILENCES = [
    ("intent=gdpr_erasur", "no intent fits gdpr_erasur (did you mean gdpr_erasure?)"),
    ("intent=erasure version=9", "no version fits 9"),
    ("model=tikets slice=a=b", "no model fits tikets (did you mean tickets?), no slice fits a=b"),
    ("intent=erasure group=rare", "no group fits rare"),
]


@pytest.mark.parametrize(("matchers", "why"), SILENCES)
def test_a_silence_that_fits_nothing_known_is_added_and_says_so(
    matchers: str, why: str, tmp_path: Path, sqlite_engine: Engine
) -> None:
    World(sqlite_engine).anchor(erasure=(0.9, 50), gdpr_erasure=(0.8, 40))
    words = [part for each in matchers.split() for part in ("--match", each)]
    url = {"ANCHORWATCH_DATABASE__URL": str(sqlite_engine.url)}
    done = command(["silence", "add", *words, "--reason", "moving", "--until", "8h"], tmp_path, **url)
    assert (done.returncode, done.stdout[:10]) == (0, "silence 1:")
    assert done.stderr == f"warning: it fits nothing that is known: {why}\n"


def test_a_silence_that_fits_something_says_nothing_more(tmp_path: Path, sqlite_engine: Engine) -> None:
    World(sqlite_engine).anchor(erasure=(0.9, 50), gdpr_erasure=(0.8, 40))
    url = {"ANCHORWATCH_DATABASE__URL": str(sqlite_engine.url)}
    words = ["silence", "add", "--match", "intent=gdpr_*", "--reason", "moving", "--until", "8h"]
    assert command(words, tmp_path, **url).stderr == ""
