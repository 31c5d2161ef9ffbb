"""A database in which every name is hostile: what commands and pages are shown it for."""

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from monitor.app.clock import now
from monitor.cli.main import main
from tests.hostile import KINDS

NOW = now()
SHORT = 200  # names longer than the decoder lets through are cut to this


class Said(NamedTuple):
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


class Names(NamedTuple):
    """The names that an outsider may choose."""

    model: str
    version: str
    environment: str
    intent: str
    slice: str
    text: str
    person: str
    reason: str
    sink: str


def dealt(turn: int) -> Names:
    """A kind of hostility for each name; over six turns each name has six kinds, and each kind three names."""
    kinds = list(KINDS.values())
    return Names(*(cut(kinds[(3 * turn + place) % len(kinds)]) for place in range(len(Names._fields))))


def cut(name: str) -> str:
    """A name that the decoder lets through."""
    return name.strip()[:SHORT]


HANDS = {
    **{kind: Names(*[cut(KINDS[kind])] * len(Names._fields)) for kind in ("rich markup", "escapes", "long")},
    **{f"turn {turn}": dealt(turn) for turn in range(6)},
}


class Place:
    """A database whose names are all hostile: an incident is open, an anchor audited, a silence made."""

    def __init__(self, folder: Path, names: Names, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.names, self.capsys = folder, names, capsys
        self.config = folder / "anchorwatch.yaml"
        content = {
            "database": {"url": f"sqlite:///{folder}/watch.db"},
            "watch": {"intents": ["*"]},
            "slices": [{"name": "channel", "cap": 1}],
            "sinks": [{"kind": "terminal", "name": names.sink}],
            "kafka": {"bootstrap_servers": "127.0.0.1:9"},
            "blast_radius": names.reason,
        }
        self.config.write_text(yaml.safe_dump(content), encoding="utf-8")

    def run(self, *words: str) -> Said:
        """`anchorwatch WORDS`, here."""
        sys.argv = ["anchorwatch", *words, "--config", str(self.config)]
        code = 0
        try:
            main()
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else 0
        return Said(code, *self.capsys.readouterr())

    def events(self) -> Path:
        """Sixty tickets of the hostile intent, half of them missed."""
        names, at, lines = self.names, NOW - timedelta(days=2), []
        model = {"name": names.model, "version": names.version, "environment": names.environment}
        for number in range(60):
            ticket = f"p{number}"
            at += timedelta(minutes=1)
            predicted = "other" if number > 5 else names.intent
            lines.append(
                {
                    "event": "prediction",
                    "prediction_id": ticket,
                    "ts": at.isoformat(),
                    "model": model,
                    "predicted": {"intent": predicted, "score": 0.9},
                    "slices": {"channel": names.slice if number % 2 else "mail"},
                    "text": names.text,
                }
            )
            lines.append(
                {
                    "event": "label",
                    "label_id": f"l{number}",
                    "prediction_id": ticket,
                    "intent": names.intent,
                    "labeled_at": (at + timedelta(minutes=1)).isoformat(),
                    "source": {"kind": "complaint" if number == 7 else "human", "annotator": names.person},
                }
            )
        file = self.folder / "events.jsonl"
        file.write_text(
            "".join(json.dumps(line) + "\n" for line in lines) + " ".join(names.text.split()) + "\n"
        )
        return file

    def anchor(self) -> Path:
        """An offline report on which the hostile intent did well."""
        file = self.folder / "report.json"
        figures = {"precision": 0.9, "recall": 0.95, "f1-score": 0.9, "support": 200}
        file.write_text(json.dumps({self.names.intent: figures, "other": figures}))
        return file
