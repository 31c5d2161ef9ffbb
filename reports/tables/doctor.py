"""A doctor's findings in, what `anchorwatch doctor` shows out. Findings are anything with these four attributes."""

from collections.abc import Sequence
from typing import Protocol

from reports.render.blocks import Block, TableCell, View

_MOODS = {"good": "good", "warning": "warn", "bad": "bad"}


class Finding(Protocol):
    """What one check found (`monitor.app.findings.CheckResult`)."""

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


def doctor_view(findings: Sequence[Finding]) -> View:
    """Every finding in a row."""
    rows: list[list[str | TableCell]] = [
        [
            finding.what,
            TableCell(str(finding.health), _MOODS[finding.health]),
            finding.detail,
            finding.remedy,
        ]
        for finding in findings
    ]
    block = Block(columns=("check", "is", "what was seen", "what to do"), rows=rows)
    return View([block], [as_object(finding) for finding in findings])
