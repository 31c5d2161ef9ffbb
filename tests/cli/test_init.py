"""`anchorwatch init` writes what the product's own checks take, asks only in a terminal, and overwrites nothing."""

import json
import os
import pty
import re
import sys
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from monitor.cli.main import cli
from monitor.errors import ConfigError
from monitor.settings.load import load
from monitor.settings.settings import Settings
from tests.cli.commanding import SCRIPT, command

WRITTEN = ["config/anchorwatch.yaml", "config/events.example.jsonl"]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("ANCHORWATCH")]:
        monkeypatch.delenv(name)


def files() -> list[str]:
    return sorted(str(path) for path in Path().rglob("*") if path.is_file())


def test_without_a_terminal_it_asks_nothing_and_what_it_writes_passes_every_check(tmp_path: Path) -> None:
    done = command(["init"], tmp_path, typed="never read\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "written: config/anchorwatch.yaml",
        "written: config/events.example.jsonl",
        "next: anchorwatch config check",
        "      anchorwatch events check config/events.example.jsonl",
        "      anchorwatch doctor",
    ]
    assert files() == WRITTEN
    checked = CliRunner().invoke(cli, ["config", "check"])
    assert (checked.exit_code, checked.stdout) == (0, "the configuration is sound: config/anchorwatch.yaml\n")
    events = CliRunner().invoke(cli, ["events", "check", WRITTEN[1], "--json"])
    told = json.loads(events.stdout)
    assert (events.exit_code, told["predictions"], told["labels"], told["refused"]) == (0, 2, 2, 0)


def test_without_answers_it_says_the_defaults() -> None:
    CliRunner().invoke(cli, ["init"])
    assert load().model_dump() == Settings().model_dump()


def test_flags_say_where_events_are() -> None:
    words = ["init", "aw.yaml", "--broker", "k1:9092,k2:9092", "--predictions", "a.b", "--labels", "a.b"]
    done = CliRunner().invoke(cli, words)
    assert "next: anchorwatch config check --config aw.yaml" in done.stdout
    kafka = load(Path("aw.yaml")).kafka
    assert (kafka.bootstrap_servers, kafka.topics.predictions, kafka.topics.labels) == (
        "k1:9092,k2:9092",
        "a.b",
        "a.b",
    )


def test_answers_that_will_not_do_are_told_at_once_and_nothing_is_written() -> None:
    words = ["init", "--broker", "kafka", "--predictions", "", "--labels", "a b"]
    done = CliRunner().invoke(cli, words)
    assert isinstance(done.exception, ConfigError)
    assert [problem.split(":")[0] for problem in done.exception.problems] == [
        "--broker",
        "--predictions",
        "--labels",
    ]
    assert files() == []


@pytest.mark.parametrize("there", WRITTEN)
def test_what_is_there_is_never_overwritten_without_force(there: str) -> None:
    Path("config").mkdir()
    Path(there).write_text("# mine\n")
    refused = CliRunner().invoke(cli, ["init"])
    assert isinstance(refused.exception, ConfigError)
    assert refused.exception.problems == [
        f"{there} is there already; name another file, or --force to replace it"
    ]
    assert (files(), Path(there).read_text()) == ([there], "# mine\n")
    forced = CliRunner().invoke(cli, ["init", "--force"])
    assert (forced.exit_code, files()) == (0, WRITTEN)
    assert Path(there).read_text() != "# mine\n"


def test_in_a_terminal_it_asks_what_no_flag_says(tmp_path: Path) -> None:
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(tmp_path)
        words = ["init", "--labels", "truth"]
        os.execve(sys.executable, [sys.executable, "-c", SCRIPT, *words], {"PYTHONPATH": ":".join(sys.path)})
    os.write(terminal, b"kafka.example.org:9093\n\n")
    said = b""
    try:
        while part := os.read(terminal, 1_000):
            said += part
    except OSError:  # how Linux says that the other side of a terminal is closed
        pass
    os.waitpid(child, 0)
    assert b"topic of predictions [predictions]" in said
    assert b"topic of labels" not in said
    kafka = load().kafka
    assert (kafka.bootstrap_servers, kafka.topics.predictions, kafka.topics.labels) == (
        "kafka.example.org:9093",
        "predictions",
        "truth",
    )


def test_every_line_that_is_commented_out_would_do(tmp_path: Path) -> None:
    CliRunner().invoke(cli, ["init"])
    _, _, text = Path(WRITTEN[0]).read_text().partition("\n\n")  # the first lines are prose
    text = re.sub(r"^( *)# (?=[a-z -])", r"\1", text, flags=re.MULTILINE)
    text = re.sub(r"^(database|intents): {}$", r"\1:", text, flags=re.MULTILINE)
    Path("all.yaml").write_text(text)
    assert {sink["kind"] for sink in yaml.safe_load(text)["sinks"]} == {"terminal", "slack", "pagerduty"}
    settings = load(Path("all.yaml"))
    assert settings.kafka.security_protocol == "SASL_SSL"
    assert settings.database.url.get_secret_value().startswith("postgresql://")
    assert settings.metrics.port == 9464
    assert settings.reports.folder == Path("reports")
    assert settings.intents["gdpr_erasure"].severity == "critical"
    assert len(settings.sinks) == 3
