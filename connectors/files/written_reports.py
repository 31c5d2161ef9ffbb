"""The reports in a folder, listed and read: nothing else of that folder, and nothing outside it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

SUFFIXES = {
    ".html": "text/html; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".json": "application/json",
}
MOST = 500


class WrittenReport(NamedTuple):
    """A report's file, by its path within the folder, and when it was written."""

    name: str
    written: datetime


def written_reports(folder: Path) -> Sequence[WrittenReport]:
    """The newest 500 pages, the newest first; none where the folder is not there yet."""
    found = [
        path for path in folder.rglob("*.html") if path.is_file() and not _hidden(path.relative_to(folder))
    ]
    reports = [
        WrittenReport(path.relative_to(folder).as_posix(), datetime.fromtimestamp(path.stat().st_mtime, UTC))
        for path in found
    ]
    return sorted(reports, key=lambda report: (report.written, report.name), reverse=True)[:MOST]


def report_file(folder: Path, name: str) -> tuple[str, bytes] | None:
    """A report's media type and bytes; None where it is no report, not there, or not within the folder."""
    inside = folder.resolve()
    try:
        path = (inside / name).resolve()
        within = path.relative_to(inside)
        if path.suffix not in SUFFIXES or _hidden(within) or not path.is_file():
            return None
        return SUFFIXES[path.suffix], path.read_bytes()
    except (ValueError, OSError):
        return None


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
