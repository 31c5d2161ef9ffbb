"""A folder with `anchorwatch` in it, at a time that is set, and what it prints on a terminal of some width."""

import io
import json
import re
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, ClassVar

import pytest
from typer.testing import CliRunner
from typing_extensions import override

from monitor.cli import common, show
from monitor.cli.console import PlainConsole
from monitor.cli.main import cli
from tests.e2e.eight_weeks.tickets import Event

COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class SetTime(datetime):
    """The clock of the product, which stands wherever it is set."""

    moment: ClassVar[datetime]

    @override
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "datetime":  # type: ignore[override]
        """The moment that is set."""
        return cls.moment.astimezone(tz)


class Desk:
    """A folder, a configuration, and a person who types commands at a time of their choice."""

    def __init__(self, folder: Path, configuration: str, patch: pytest.MonkeyPatch, now: datetime) -> None:
        (folder / "anchorwatch.yaml").write_text(configuration, encoding="utf-8")
        patch.chdir(folder)
        patch.setenv("ANCHORWATCH_CONFIG", "anchorwatch.yaml")
        patch.setattr("monitor.app.clock.datetime", SetTime)
        self.folder = folder
        self._patch = patch
        self.at(now)

    def at(self, now: datetime) -> None:
        """Set the clock."""
        SetTime.moment = now

    def __call__(self, *words: str, fails: int = 0) -> str:
        """What a command prints where nobody looks."""
        done = CliRunner().invoke(cli, list(words))
        assert done.exit_code == fails, f"{words}: {done.output} {done.exception!r}"
        return done.output

    def json(self, *words: str) -> Any:  # noqa: ANN401 - as the command has it
        """What a command prints for programs."""
        return json.loads(self(*words, "--json"))

    def screen(self, width: int, *words: str) -> str:
        """What a command prints on a terminal of so many columns, without its colours and the blanks behind lines."""
        paper = io.StringIO()
        console = PlainConsole(file=paper, width=width, force_terminal=True)
        with self._patch.context() as patch:
            patch.setattr(show, "out", console)
            patch.setattr(common, "out", console)
            self(*words)
        lines = COLOURS.sub("", paper.getvalue()).splitlines()
        return "".join(f"{line.rstrip()}\n" for line in lines)

    def write(self, name: str, events: list[Event]) -> str:
        """A file of events; its name."""
        (self.folder / name).write_text("".join(json.dumps(each) + "\n" for each in events), encoding="utf-8")
        return name
