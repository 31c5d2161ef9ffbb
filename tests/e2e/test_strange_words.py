"""No word and no file ends a command in a crash: every option and every importer, with values of every odd kind."""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.cli.commands import COMMANDS, Command, CommandGroup
from monitor.cli.lazy import imported
from monitor.cli.main import main
from tests.e2e.bot import Watch, traffic

WORDS = {
    "empty": "",
    "a blank": " ",
    "half of a pair": "\udcff",
    "emoji": "💥",
    "markup": "[/x]",
    "turned round": "\u202eevil",
    "long": "a" * 10_000,
    "a number beyond any": "9" * 30,
    "ten to the nineteenth": "10000000000000000000",
    "below zero": "-1",
    "a fraction": "0.5",
    "an exponent": "1e400",
    "no number": "nan",
    "the last day": "9999-12-31",
    "the last week": "9999-W52",
    "the first week": "0001-W01",
    "a week of the year 26": "26-W47",
    "no week": "2026-W54",
    "a moment": "9999-12-31T23:59:59.999999Z",
    "a moment with a zone": "0001-01-01T00:00:00+14:00",
    "a long while": "999999999999d",
    "equal": "=",
    "a key": "judge.drop=",
    "a key that is none": "a.b.c=[1,2",
    "a number for a setting": "judge.drop=1e400",
    "a URL": "database.url=postgresql://[::1",
    "a pattern": "intent=[*",
    "a place above": "../..",
    "a place that is none": "/no/such/place",
    "a device": "/dev/null",
    "a format": "%s{0}%(x)s",
}
FILES = {
    "nothing": b"",
    "zeros": b"\0" * 1_000,
    "no UTF-8": b"intent,recall,support\nrefund\xff,0.9,10\n",
    "UTF-16": "intent,recall,support\nrefund,0.9,10\n".encode("utf-16"),
    "a heading alone": b"intent,recall,support\n",
    "a support beyond any": b"intent,recall,support\nrefund,0.9,10000000000000000000\n",
    "a recall beyond any": b"intent,recall,support\nrefund,1e400,10\n",
    "half of a pair": b'{"refund\\ud83d": {"recall": 0.9, "support": 10}}',
    "a support of 1e20": b'{"refund": {"recall": 0.9, "support": 1e20}}',
    "lists in lists": b"[" * 100_000,
    "a number": b"1",
    "a word": b'"refund"',
    "a list": b"[]",
    "an object": b"{}",
    "a line of quotes": b'"' * 1_001,
    "predictions": b"y_true,y_pred,text,origin\n,,,\nrefund,,x,real\n,bug,,synthetic\n",
    "tickets": b"text,intent\n\xf0\x9f\x92\xa5,refund\n,\n",
    "no zip": b"PK\x03\x04" + b"\xff" * 100,
    "no parquet": b"PAR1" + b"\xff" * 100 + b"PAR1",
    "no gzip": b"\x1f\x8b\x08" + b"\xff" * 100,
    "YAML that turns in circles": b"a: &a [*a, *a]\n",
    "an event": b'{"event":"prediction","prediction_id":"\\ud83d","ts":"9999-12-31T23:59:59Z"}\n',
}
SUFFIXES = (
    ".csv",
    ".gz",
)  # what a file is, is seen from its content; only .gz of events is believed by its name
USUAL = {
    "number": "1",
    "model": "tickets",
    "version": "7",
    "why": "because",
    "words": "words",
    "match": "intent=refund",
    "reason": "known",
    "until": "8h",
    "name": "terminal",
    "anchor": "0",
    "healthy": "0",
}
SLOW = {
    "demo": {"tickets"},
    "run": {"inputs"},
    "doctor": {"overrides"},
    "backtest": {"since", "onset", "healthy"},
}
"""Of these commands only these options: the others let them begin to train, to replay, or to wait for a broker."""
MAY_END = {0, 1, 2, 3, 5}


def commands() -> Iterator[tuple[str, Command]]:
    for name, entry in COMMANDS.items():
        for inner, command in entry.commands.items() if isinstance(entry, CommandGroup) else [("", entry)]:
            yield f"{name} {inner}".strip(), command


@pytest.fixture(scope="session")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database in which every command finds something."""
    with pytest.MonkeyPatch.context() as patch:
        watch = Watch(tmp_path_factory.mktemp("busy"), patch)
        watch.anchor("refund", "bug")
        watch.take(traffic(200, [True] * 4 + [False] * 6))
    return watch.folder


@pytest.fixture
def place(busy: Path, watch: Watch) -> Watch:
    """A copy of it, as each command may write."""
    shutil.copytree(busy, watch.folder, dirs_exist_ok=True)
    return watch


class Typed:
    """One command with one odd value, everything else as usual."""

    def __init__(self, place: Watch, name: str, command: Command, capsys: pytest.CaptureFixture[str]) -> None:
        self._name, self._capsys = name, capsys
        self.parameters = [
            parameter
            for parameter in imported(name, command).params
            if not getattr(parameter, "is_flag", False) and parameter.name != "config"
        ]
        usual = USUAL | {
            key: str(place.folder / "anchor.json") for key in ("file", "generated", "real", "bundle")
        }
        self._usual = {p.name: usual.get(p.name, "1") for p in self.parameters if p.required}
        self._begin = name.split() + (["--once", "--input", "events.jsonl"] if name == "run" else [])

    def with_(self, odd: str, value: str) -> tuple[int, str]:
        """The exit code, and what was printed."""
        words = list(self._begin)
        arguments = []
        for parameter in self.parameters:
            given = value if parameter.name == odd else self._usual.get(parameter.name)
            if given is None:
                continue
            if parameter.param_type_name == "argument":
                arguments.append(given)
            else:
                words.append(f"{parameter.opts[0]}={given}")
        sys.argv = ["anchorwatch", *words, "--", *arguments]
        code: object = 0
        try:
            main()
        except SystemExit as left:
            code = left.code
        printed = self._capsys.readouterr()
        return code if isinstance(code, int) else 0, printed.out + printed.err


@pytest.mark.parametrize(
    ("name", "command"), [*commands()], ids=lambda value: value if isinstance(value, str) else ""
)
def test_no_word_ends_a_command_in_a_crash(
    name: str, command: Command, place: Watch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = Typed(place, name, command, capsys)
    crashed = {
        f"{parameter.opts[0]}={kind}": printed[-600:]
        for parameter in typed.parameters
        if parameter.name in SLOW.get(name, {parameter.name})
        for kind, word in WORDS.items()
        for code, printed in [typed.with_(parameter.name, word)]
        if code not in MAY_END or "Traceback" in printed
    }
    assert crashed == {}


IMPORTERS = {
    "anchor import": ["file"],
    "anchor attach-examples": ["file"],
    "anchor audit": ["file", "production", "train", "generated", "real"],
    "anchor compare-generated": ["generated", "real"],
    "worksheet check": ["file"],
    "incident replay": ["bundle"],
    "backtest": ["inputs", "anchor"],
    "run": ["inputs"],
    "demo": ["tickets"],
}


@pytest.mark.parametrize("name", IMPORTERS)
def test_no_file_ends_an_importer_in_a_crash(
    name: str, place: Watch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = Typed(place, name, dict(commands())[name], capsys)
    crashed = {}
    for kind, content in FILES.items():
        for suffix in SUFFIXES:
            file = place.folder / f"odd{suffix}"
            file.write_bytes(content)
            for odd in IMPORTERS[name]:
                code, printed = typed.with_(odd, str(file))
                if code not in MAY_END or "Traceback" in printed:
                    crashed[f"{odd}: {kind}{suffix}"] = printed[-600:]
    assert json.dumps(crashed, indent=1) == "{}"
