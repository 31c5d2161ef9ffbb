"""What was archived, forgotten, or found in an archive, in; what `anchorwatch archive` shows out."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from monitor.archive.ports import Archived, ArchivedFile, CheckedArchive, DueDay
from reports.figures import counted, moment
from reports.render.blocks import Block, Column, TableCell, View

_FIGURES = (Column("files", figures=True), Column("rows", figures=True), Column("size", figures=True))
_SUMMARY = ("what", "days", *_FIGURES)
_BY_DAY = ("what", "day", *_FIGURES)


def archived_view(archived: Archived, *, by_day: bool = False) -> View:
    """What was added, in all or `by_day`."""
    upto = f"predictions made before {moment(archived.before)}, and every label that had come"
    lines = [f"archived in {archived.url}: {upto}"]
    notes = [] if archived.files else ["nothing was due: all of it is there already"]
    content = {
        "archive": archived.url,
        "before": archived.before.isoformat(),
        "files": [as_object(file) for file in archived.files],
    }
    return View([Block(lines=lines, notes=notes), *_tables(archived.files, by_day=by_day)], content)


def checked_view(checked: CheckedArchive, *, by_day: bool = False) -> View:
    """Every file that is not sound first, then what the archive holds, in all or `by_day`."""
    files = [each.file for each in checked.files]
    rows = counted(sum(file.rows for file in files), "row")
    said = f"{checked.url}: {counted(len(files), 'file')} with {rows}, after {counted(checked.number, 'writing')}"
    if checked.problems:
        verdict = TableCell(f"{counted(len(checked.problems), 'problem')}", "bad")
    else:
        verdict = TableCell("every file is there, whole and unchanged", "good")
    blocks = [
        Block(lines=[said], columns=("",), rows=[[verdict]]),
        *([Block(bullets=checked.problems)] if checked.problems else ()),
        *_tables(files, by_day=by_day),
    ]
    content = {
        "archive": checked.url,
        "number": checked.number,
        "files": [as_object(each.file) | {"problems": list(each.problems)} for each in checked.files],
    }
    return View(blocks, content)


def due_view(url: str, before: datetime, due: Sequence[DueDay], *, by_day: bool = False) -> View:
    """What would be added."""
    upto = f"predictions made before {moment(before)}, and every label that has come"
    lines = [f"would be archived in {url} (nothing was written): {upto}"]
    kinds = defaultdict(list)
    for each in due:
        kinds[each.kind].append(each)
    rows = [
        [kind, days_between(found[0].day, found[-1].day), f"{sum(each.rows for each in found):,}"]
        for kind, found in kinds.items()
    ]
    figures = Column("rows", figures=True)
    blocks = [Block(lines=lines, columns=("what", "days", figures), rows=rows)]
    if by_day:
        days = [[each.kind, each.day.isoformat(), f"{each.rows:,}"] for each in due]
        blocks.append(Block(columns=("what", "day", figures), rows=days))
    if not due:
        blocks = [Block(lines=lines, notes=["nothing is due: all of it is there already"])]
    content = {
        "archive": url,
        "before": before.isoformat(),
        "due": [{"kind": each.kind.value, "day": each.day.isoformat(), "rows": each.rows} for each in due],
    }
    return View(blocks, content)


def forgotten_view(
    url: str,
    before: date,
    files: Sequence[ArchivedFile],
    *,
    by_day: bool = False,
    only_asked: bool = False,
) -> View:
    """The files that are gone; with `only_asked` those that would go."""
    done = "would go (nothing was changed)" if only_asked else "is gone"
    lines = [f"from the archive {url} {done}: every day before {before}"]
    notes = [] if files else ["it holds nothing of these days"]
    content = {
        "archive": url,
        "before": before.isoformat(),
        "gone": not only_asked,
        "files": [as_object(file) for file in files],
    }
    return View([Block(lines=lines, notes=notes), *_tables(files, by_day=by_day)], content)


def as_object(file: ArchivedFile) -> dict[str, Any]:
    """One file, as the manifest names it."""
    named: dict[str, Any] = msgspec.to_builtins(file)
    return named


def days_between(first: date, last: date) -> str:
    """`2026-10-01 to 2026-11-22`; of one day that day."""
    return f"{first}" if first == last else f"{first} to {last}"


def _tables(files: Sequence[ArchivedFile], *, by_day: bool) -> list[Block]:
    """What files hold, of each kind; and of each day, where that is asked for."""
    if not files:
        return []
    kinds = defaultdict(list)
    for file in files:
        kinds[file.kind].append(file)
    rows = [
        [
            kind,
            days_between(min(file.day for file in found), max(file.day for file in found)),
            *_figures(found),
        ]
        for kind, found in sorted(kinds.items(), reverse=True)
    ]
    blocks = [Block(columns=_SUMMARY, rows=rows)]
    if by_day:
        blocks.append(Block(columns=_BY_DAY, rows=_by_day(files)))
    return blocks


def _by_day(files: Iterable[ArchivedFile]) -> list[Sequence[str | TableCell]]:
    days: dict[tuple[str, date], list[ArchivedFile]] = defaultdict(list)
    for file in files:
        days[file.kind, file.day].append(file)
    return [[kind, day.isoformat(), *_figures(found)] for (kind, day), found in sorted(days.items())]


def _figures(files: Sequence[ArchivedFile]) -> list[str]:
    return [
        f"{len(files):,}",
        f"{sum(file.rows for file in files):,}",
        _size(sum(file.bytes for file in files)),
    ]


def _size(written: int) -> str:
    """So many bytes, in the unit that gives one to three digits before the point."""
    for unit, size in (("GB", 1e9), ("MB", 1e6)):
        if written >= size:
            return f"{written / size:,.1f} {unit}"
    return f"{written / 1e3:.1f} kB"
