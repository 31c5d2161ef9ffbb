"""A doctor's findings in, a table or objects out. Findings are anything with these four attributes."""

from collections.abc import Sequence
from typing import Protocol

from rich import box
from rich.table import Table
from rich.text import Text

from monitor.domain.text.plain import plain as plain_words

_COLOURS = {"good": "green", "warning": "yellow", "bad": "bold red"}


class Finding(Protocol):
    """What one check found (`monitor.app.findings.Finding`)."""

    @property
    def what(self) -> str:
        """What was checked."""
        ...

    @property
    def health(self) -> str:
        """How it is: good, warning or bad."""
        ...

    @property
    def detail(self) -> str:
        """What was seen."""
        ...

    @property
    def remedy(self) -> str:
        """What to do about it."""
        ...


def as_object(finding: Finding) -> dict[str, str]:
    """One finding."""
    return {
        "what": finding.what,
        "health": str(finding.health),
        "detail": finding.detail,
        "remedy": finding.remedy,
    }


def table(findings: Sequence[Finding], *, plain: bool) -> Table:
    """Every finding, one a row."""
    grid = Table(
        "check", "is", "what was seen", "what to do", box=None if plain else box.SIMPLE_HEAD, pad_edge=False
    )
    for finding in findings:
        grid.add_row(
            plain_words(finding.what),
            Text(str(finding.health), style="" if plain else _COLOURS[finding.health]),
            plain_words(finding.detail),
            plain_words(finding.remedy),
        )
    return grid
