"""A bot of two intents and `anchorwatch` beside it, as a person would use both: from bytes in a file to `status`."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from monitor.cli.main import cli

BEGIN = datetime(2026, 11, 2, tzinfo=UTC)
Event = dict[str, Any]


def stamp(after: timedelta) -> str:
    return (BEGIN + after).strftime("%Y-%m-%dT%H:%M:%SZ")


def pair(number: int, truth: str, predicted: object, **more: Any) -> list[Event]:  # noqa: ANN401
    """A prediction seven minutes after the last, and its label ten hours later; `more` goes into `predicted`."""
    at = timedelta(minutes=7 * number)
    return [
        {
            "event": "prediction",
            "prediction_id": f"p{number:05}",
            "ts": stamp(at),
            "model": {"name": "tickets", "version": "7"},
            "predicted": {"intent": predicted, "score": 0.9, **more},
        },
        {
            "event": "label",
            "label_id": f"l{number:05}",
            "prediction_id": f"p{number:05}",
            "intent": truth,
            "labeled_at": stamp(at + timedelta(hours=10)),
            "sampling": {"design": "uniform", "probability": 1.0},
        },
    ]


class Watch:
    """A folder with a database, and `anchorwatch` in it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(folder)
        monkeypatch.setenv("ANCHORWATCH_DATABASE__URL", f"sqlite:///{folder}/aw.db")
        self.folder = folder

    def __call__(self, *words: str, fails: int = 0) -> str:
        done = CliRunner(env={"COLUMNS": "400"}).invoke(cli, list(words))
        assert done.exit_code == fails, done.output
        return done.output

    def anchor(self, *intents: str) -> None:
        report = {intent: {"recall": 0.9, "support": 200} for intent in intents}
        (self.folder / "anchor.json").write_text(json.dumps(report), encoding="utf-8")
        self("anchor", "import", "anchor.json", "--model", "tickets", "--version", "7", "--activate")

    def write(self, lines: Iterable[Event | bytes], name: str = "events.jsonl") -> None:
        spelled = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
        (self.folder / name).write_bytes(b"\n".join(spelled) + b"\n")

    def take(self, lines: Iterable[Event | bytes], name: str = "events.jsonl") -> str:
        self.write(lines, name)
        return self(
            *("run", "--once", "--input", name, "--dead-letters", "dl.jsonl"),
            *("--set", 'watch.intents=["*"]', "--set", "judge.groups_share=0"),
        )

    def status(self) -> str:
        return self("status")

    def live(self) -> dict[str, tuple[int, int, str]]:
        """Hits, misses and verdict of each intent."""
        cells = self._of_intents()
        return {c["intent"]: (c["live"]["hits"], c["live"]["misses"], c["verdict"]) for c in cells}

    def coverages(self) -> dict[str, str]:
        """What could be seen of a fall of each intent."""
        return {cell["intent"]: cell["coverage"] for cell in self._of_intents()}

    def _of_intents(self) -> list[Event]:
        return [cell for cell in json.loads(self("status", "--json")) if cell["group"] is None]

    def live_by_version(self, intent: str) -> dict[str, tuple[int, int]]:
        """Hits and misses of an intent, of each version of the model."""
        cells = [c for c in json.loads(self("status", "--json")) if c["intent"] == intent]
        return {c["version"]: (c["live"]["hits"], c["live"]["misses"]) for c in cells}

    def rejected(self) -> list[tuple[int, str]]:
        """Line and code of what lies in the dead letters."""
        path = self.folder / "dl.jsonl"
        rows = map(json.loads, path.read_text(encoding="utf-8").splitlines()) if path.exists() else ()
        return [(row["offset"], row["code"]) for row in rows]


def traffic(count: int, hit: Sequence[bool], **more: Any) -> list[Event]:  # noqa: ANN401
    """Tickets about `refund` and `bug` by turns; of the refunds those are hits that `hit` says, over and over."""
    events = []
    for number in range(count):
        truth = ("refund", "bug")[number % 2]
        predicted = truth if truth == "bug" or hit[number // 2 % len(hit)] else "bug"
        events += pair(number, truth, predicted, **more)
    return events
