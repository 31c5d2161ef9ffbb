"""Names are never markup: hostile names through every command and every report, with the right exit codes."""

import json
import re
import sys
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
import yaml

from monitor.app.clock import now
from monitor.cli.main import main
from monitor.domain.events.names import normal
from tests.hostile import KINDS, Page, unprintable

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
    """A kind of hostility for each name; over five turns each name has five kinds, and each kind three names."""
    kinds = list(KINDS.values())
    return Names(*(cut(kinds[(3 * turn + place) % len(kinds)]) for place in range(len(Names._fields))))


def cut(name: str) -> str:
    """A name that the decoder lets through."""
    return name.strip()[:SHORT]


HANDS = {
    **{kind: Names(*[cut(KINDS[kind])] * len(Names._fields)) for kind in ("rich markup", "escapes", "long")},
    **{f"turn {turn}": dealt(turn) for turn in range(5)},
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


@pytest.mark.parametrize("hand", HANDS)
def test_no_command_takes_a_name_as_markup_or_lets_it_steer_the_terminal(
    hand: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = HANDS[hand]
    place = Place(tmp_path, names, capsys)
    who = ["--model", names.model, "--version", names.version, "--environment", names.environment]
    name, why, by = names.text, names.reason, names.person
    reports, analysis = tmp_path / "reports", tmp_path / "analysis"
    done = {
        " ".join(words)[:40]: (place.run(*words), allowed)
        for words, allowed in [
            (["anchor", "import", str(place.anchor()), *who, "--activate"], {0}),
            (["run", "--once", "--input", str(place.events())], {0}),
            (["status"], {0}),
            (["status", "--check"], {1}),
            (["status", "--budget"], {0}),
            (["status", "--json"], {0}),
            (["incident", "list"], {0}),
            (["incident", "show", "1"], {0}),
            (["incident", "note", "1", name, "--by", by], {0}),
            (["incident", "ack", "1", "--by", by, "--reason", why], {0}),
            (["incident", "show", "1"], {0}),
            (["incident", "show", "1", "--json"], {0}),
            (["incident", "analyze", "1"], {0}),
            (["incident", "analyze", "1", "--json"], {0}),
            (["incident", "analyze", "1", "--output", str(analysis)], {0}),
            (["incident", "resolve", "1", "--by", by, "--reason", why], {0}),
            (["report", "weekly"], {0}),
            (
                [
                    "report",
                    "weekly",
                    "--week",
                    f"{NOW:%G-W%V}",
                    "--output",
                    str(reports),
                    "--no-evidently",
                ],
                {0},
            ),
            (["gate", *who], {1, 3}),
            (
                [
                    "silence",
                    "add",
                    "--match",
                    f"intent={name}",
                    "--reason",
                    name,
                    "--until",
                    "8h",
                    "--by",
                    name,
                ],
                {0},
            ),
            (["silence", "add", "--match", name, "--reason", name, "--until", name], {2}),
            (["silence", "list"], {0}),
            (["anchor", "list"], {0}),
            (["anchor", "audit"], {0, 1, 2}),
            (["sink", "list"], {0}),
            (["sink", "test", names.sink], {0}),
            (["sink", "test", f"no {name}"], {2}),
            (["backtest", "--healthy", "0"], {0}),
            (["doctor"], {1}),
            (["config", "show"], {0}),
            (["config", "check", "--set", name], {2}),
            (["status", "--set", f"judge.drop={name}"], {2}),
            (["erase", "--prediction-id", name], {0}),
            (["anchor", "show", name], {2}),
            (["anchor", "import", name, *who], {2}),
            (["report", "weekly", "--week", name], {2}),
            (["worksheet", "check", name], {2}),
            (["run", "--once", "--input", name], {2}),
            ([name], {2}),
            (["status", f"--{name}"], {2}),
        ]
    }
    wrong = {
        words: (output.code, output.err[-400:])
        for words, (output, allowed) in done.items()
        if output.code not in allowed
    }
    assert not wrong
    steering = {
        words: unprintable(output.out + output.err)
        for words, (output, _) in done.items()
        if unprintable(output.out + output.err)
    }
    assert not steering
    forged = [
        words
        for words, (output, _) in done.items()
        if re.search(r"^root: all fine", output.out + output.err, re.M)
    ]
    assert not forged
    for written in [*reports.rglob("*.html"), *analysis.rglob("*.html")]:
        page = Page(written.read_text())
        assert (written.name, page.foreign) == (written.name, [])
        assert not [link for link in page.links if "evil" in link or "javascript" in link.lower()]
    for written in [*reports.rglob("*.md"), *analysis.rglob("*.md")]:
        text = written.read_text()
        assert not re.search(r"(?<!\\)<(script|img|svg)|(?<!\\)\]\(https://evil", text)
    assert len([*reports.rglob("*.html")]) == len([*analysis.rglob("*.html")]) == 1
    # What people see is made harmless; what programs read is what was sent.
    cells = msgspec.json.decode(done["status --json"][0].out)
    assert normal(names.intent) in {cell["intent"] for cell in cells}
    assert {(cell["model"], cell["version"]) for cell in cells} == {
        (normal(names.model), normal(names.version))
    }
