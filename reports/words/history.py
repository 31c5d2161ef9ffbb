"""What happened to an incident in; a sentence out."""

from collections.abc import Sequence

from monitor.domain.incidents.history import (
    AllRecovered,
    CellsBroke,
    CellSilenced,
    Happening,
    LinesLeftOut,
    MembersChanged,
    PageWithdrawn,
    PersonSays,
    VersionsRetired,
)
from monitor.domain.slices.cells import Cell


def sentence(why: Happening | PersonSays | str) -> str:
    """Why something happened; a person's own words, and those of an earlier version, as they stand."""
    match why:
        case CellsBroke(cells=cells, opening=opening):
            return f"{_names(cells)} broke" + (f" again, opening number {opening}" if opening > 1 else "")
        case MembersChanged():
            changes = (
                (why.joined, "joined"),
                (why.recovered, "recovered"),
                (why.withdrawn, "withdrawn after corrections"),
                (why.retired, "retired with its version"),
            )
            return ", ".join(f"{_names(cells)} {what}" for cells, what in changes if cells)
        case AllRecovered(cells=cells):
            return f"{_names(cells)} recovered"
        case PageWithdrawn(cells=cells):
            return f"the labels or the anchor behind {_names(cells)} changed, and the page no longer stands"
        case VersionsRetired(cells=cells):
            versions = ", ".join(dict.fromkeys(str(cell.model) for cell in cells))
            return f"no requests go to {versions} any more; no label says that recall is back"
        case CellSilenced():
            return f"{why.cell}, until {why.until:%Y-%m-%d %H:%M} UTC: {why.reason}"
        case LinesLeftOut():
            return f"{why.lines:,} lines until {why.until:%Y-%m-%d %H:%M} UTC, more than are kept of one incident"
        case PersonSays(who=who, words=words):
            return f"{who}: {words}" if words else who
        case str():
            return why


def _names(cells: Sequence[Cell]) -> str:
    return ", ".join(map(str, cells))
