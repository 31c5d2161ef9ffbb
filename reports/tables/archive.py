"""What was archived, or found in an archive, in; what `anchorwatch archive` shows out."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from monitor.archive.ports import Archived, ArchivedFile, CheckedArchive
from reports.figures import counted, moment
from reports.render.blocks import Block, Column, TableCell, View

_COLUMNS = (
    "what",
    "day",
    Column("files", figures=True),
    Column("rows", figures=True),
    Column("MB", figures=True),
)


def archived_view(archived: Archived) -> View:
    """What was added, by day."""
    upto = f"predictions made before {moment(archived.before)}, and every label that had come"
    lines = [f"archived in {archived.url}: {upto}"]
    notes = [] if archived.files else ["nothing was due: all of it is there already"]
    block = Block(lines=lines, columns=_COLUMNS, rows=_by_day(archived.files), notes=notes)
    content = {
        "archive": archived.url,
        "before": archived.before.isoformat(),
        "files": [as_object(file) for file in archived.files],
    }
    return View([block], content)


def checked_view(checked: CheckedArchive) -> View:
    """What the archive holds, by day, and every file that is not sound."""
    files = [each.file for each in checked.files]
    rows = counted(sum(file.rows for file in files), "row")
    said = f"{checked.url}: {counted(len(files), 'file')} with {rows}, after {counted(checked.number, 'writing')}"
    if checked.problems:
        verdict = TableCell(f"{counted(len(checked.problems), 'problem')}", "bad")
    else:
        verdict = TableCell("every file is there, whole and unchanged", "good")
    blocks = [
        Block(lines=[said], columns=_COLUMNS, rows=_by_day(files)),
        Block(columns=("",), rows=[[verdict]]),
        Block(bullets=checked.problems),
    ]
    content = {
        "archive": checked.url,
        "number": checked.number,
        "files": [as_object(each.file) | {"problems": list(each.problems)} for each in checked.files],
    }
    return View(blocks, content)


def as_object(file: ArchivedFile) -> dict[str, Any]:
    """One file, as the manifest names it."""
    named: dict[str, Any] = msgspec.to_builtins(file)
    return named


def _by_day(files: Iterable[ArchivedFile]) -> list[Sequence[str | TableCell]]:
    days: dict[tuple[str, str], list[ArchivedFile]] = defaultdict(list)
    for file in files:
        days[file.kind, file.day.isoformat()].append(file)
    return [
        [
            kind,
            day,
            f"{len(found):,}",
            f"{sum(file.rows for file in found):,}",
            f"{sum(file.bytes for file in found) / 1e6:,.1f}",
        ]
        for (kind, day), found in sorted(days.items())
    ]
