"""What stands beside a broken cell in; rows of its analysis out: the version before, its slices, the other values."""

from collections.abc import Sequence

from monitor.domain.analysis.beside import Beside, BrokenSlice
from monitor.domain.telling.neighbours import Neighbour
from monitor.domain.text.version import version_text
from reports.figures import cut, interval
from reports.render.blocks import TableCell


def beside_rows(beside: Beside) -> list[list[str | TableCell]]:
    """None where nothing stands beside it."""
    rows: list[list[str | TableCell]] = []
    if (before := beside.before) is not None:
        recall = interval(before.live, before.support, "labelled")
        rows.append(["version before", f"{cut(version_text(before.cell.model.version), 30)} had {recall}"])
    if (whole := beside.whole) is not None:
        recall = interval(whole.live, whole.support, "labelled")
        rows.append(["the intent as a whole", f"{recall}, since release"])
    if beside.siblings:
        rows.append(["other values", f"{_values(beside.siblings)}, since release"])
    if beside.slices:
        lines = [_broken(each) for each in beside.slices]
        lines += [f"and {beside.more} more"] if beside.more else []
        rows.append(["slices of it", TableCell(lines, "bad")])
    return rows


def _broken(each: BrokenSlice) -> str:
    floor = f", floor {each.floor:.2f}" if each.floor is not None else ""
    words = f"{cut(each.cell.slice_text, 60)} {each.verdict.value}: {each.live.value:.2f} of {each.support:,}{floor}"
    return f"{words}; other values: {_values(each.siblings)}" if each.siblings else words


def _values(siblings: Sequence[Neighbour]) -> str:
    return ", ".join(
        f"{cut(each.cell.slice.value, 40)} {each.live.value:.2f} of {each.support:,}"
        for each in siblings
        if each.cell.slice is not None
    )
