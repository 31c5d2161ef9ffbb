"""Terminals as they are: other encodings, and what does not print; the exit codes stay."""

import io
import json
import sys
from pathlib import Path

import pytest
from rich.text import Text

from monitor.cli.console import PlainConsole, take_any_encoding
from monitor.cli.main import main
from tests.hostile import KINDS, unprintable

ODD = "Rückgabe – neu 👍"


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
def test_a_terminal_that_lacks_a_character_gets_another_in_its_place(
    encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*words: str) -> tuple[object, bytes, bytes]:
        streams = [io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True) for _ in range(2)]
        monkeypatch.setattr(sys, "stdout", streams[0])
        monkeypatch.setattr(sys, "stderr", streams[1])
        monkeypatch.setattr(sys, "argv", ["anchorwatch", *words, "--config", str(tmp_path / "aw.yaml")])
        with pytest.raises(SystemExit) as left:
            main()
        out, err = (stream.buffer.getvalue() for stream in streams if isinstance(stream.buffer, io.BytesIO))
        return left.value.code or 0, out, err

    file = tmp_path / "a.csv"
    file.write_text(f"intent,recall,support\n{ODD},0.95,200\n", encoding="utf-8")
    (tmp_path / "aw.yaml").write_text(f"database: {{url: 'sqlite:///{tmp_path}/w.db'}}\n")
    assert run("anchor", "import", str(file), "--model", ODD, "--version", "7", "--activate")[0] == 0
    code, listed, _ = run("anchor", "list")
    assert code == 0
    assert ODD.encode(encoding, "replace") in listed
    code, exact, _ = run("anchor", "list", "--json")
    assert (code, json.loads(exact.decode(encoding))[0]["model"]) == (0, ODD)
    assert run("gate", "--model", ODD, "--version", "8")[0] == 2


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_steers_a_terminal_in_colour(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rich's own sequences (bold, colour) are the only control characters, whatever is printed and however."""
    screen = io.StringIO()
    console = PlainConsole(file=screen, width=60, force_terminal=True)
    for renderable in (KINDS[kind], Text(KINDS[kind], style="bold red")):
        console.print(renderable)
    left = screen.getvalue().replace("\x1b[1;31m", "").replace("\x1b[0m", "")
    assert not unprintable(left)


def test_what_we_draw_with_has_a_plain_form_of_the_same_width(monkeypatch: pytest.MonkeyPatch) -> None:
    for encoding, plain in (
        ("ascii", b"refu~und .18 - ? .9 ->.8>.7"),
        ("latin-1", b"refu~und \xb718 - \xe4 .9 ->.8>.7"),
    ):
        stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True)
        monkeypatch.setattr(sys, "stdout", stream)
        take_any_encoding()
        stream.write("refu…und ·▁█ ─ ä .9 → .8→.7")
        assert isinstance(stream.buffer, io.BytesIO)
        assert stream.buffer.getvalue() == plain
