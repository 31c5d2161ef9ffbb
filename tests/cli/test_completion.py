"""A shell completes names that the database and the configuration know, and hears of no trouble."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from monitor.domain.events.types import Model
from tests.cli.commanding import command
from tests.worlds import World


@pytest.fixture
def fallen(sqlite_engine: Engine) -> str:
    """The address of a database in which an intent fell, and an incident is open."""
    world = World(sqlite_engine)
    world.anchor(erasure=(0.9, 50), gdpr_erasure=(0.8, 40))
    world.anchor(Model("mails", "7"), erasure=(0.9, 50))  # a second model of the same version
    world.outcomes("erasure", "m" * 40 + "h" * 10)
    world.evaluate()
    sqlite_engine.dispose()
    return str(sqlite_engine.url)


def completed(words: list[str], folder: Path, url: str) -> list[str]:
    """What the last word could become, as Bash is told."""
    done = command(
        [],
        folder,
        ANCHORWATCH_DATABASE__URL=url,
        COMP_WORDS="\n".join(["anchorwatch", *words]),
        COMP_CWORD=str(len(words)),
        _ANCHORWATCH_COMPLETE="complete_bash",
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["inc"], ["incident"]),
        (["silence", "e"], ["expire"]),
        (["incident", "show", ""], ["1"]),
        (["incident", "resolve", ""], ["1"]),
        (["gate", "--model", ""], ["mails", "tickets"]),
        (["gate", "--version", ""], ["7"]),
        (["status", "--verdict", ""], ["unanchored", "degraded", "suspect", "ok", "blind", "stale", "seen"]),
        (["status", "--verdict", "s"], ["suspect", "stale", "seen"]),
        (["sink", "test", "t"], ["terminal"]),
        (["silence", "add", "--match", "intent"], ["intent=erasure", "intent=gdpr_erasure"]),
        (["silence", "add", "--match", "intent", "=", "gd"], ["gdpr_erasure"]),
        (["silence", "add", "--match", "intent", "="], ["erasure", "gdpr_erasure"]),
    ],
    ids=" ".join,
)
def test_a_shell_completes_commands_and_known_names(
    words: list[str], names: list[str], tmp_path: Path, fallen: str
) -> None:
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert completed(words, tmp_path, fallen) == names
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    "url", ["sqlite:///nowhere.db", "postgresql://u:p@127.0.0.1:1/x", "nonsense", "sqlite:///text.db"]
)
def test_without_a_database_a_shell_hears_nothing_and_no_file_appears(url: str, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("no database at all, but long enough to be looked at" * 10)
    assert completed(["incident", "show", ""], tmp_path, url) == []
    assert [file.name for file in tmp_path.iterdir()] == ["text.db"]


def test_a_shell_is_given_its_script(tmp_path: Path) -> None:
    shown = command(["--show-completion", "bash"], tmp_path, _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert "_ANCHORWATCH_COMPLETE=complete_bash" in shown.stdout
