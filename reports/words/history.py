"""What happened to an incident in; a sentence out."""

from collections.abc import Sequence

from monitor.domain.incidents.history import (
    OURS,
    AllRecovered,
    CellsBroke,
    CellSilenced,
    EndedByPerson,
    Happening,
    HistoryKind,
    HistoryLine,
    IncidentBefore,
    LinesLeftOut,
    MembersChanged,
    MissesSooner,
    PageWithdrawn,
    PersonSays,
    SilencedElsewhere,
    VersionsRetired,
    ended_by_person,
)
from monitor.domain.incidents.incidents import IncidentState
from monitor.domain.recall.estimate import Estimate
from monitor.domain.slices.cells import Cell
from reports.figures import cut

NAMED = 3
STATE_WIDTH = 20


def after(before: IncidentBefore) -> str:
    """`after incident 3, resolved by ana on 2026-11-20 09:10 UTC`; by labels where no person said so."""
    by = "" if before.by == OURS else f" by {before.by}"
    return f"after incident {before.number}, resolved{by} on {before.at:%Y-%m-%d %H:%M} UTC"


def sentence(why: Happening | PersonSays | str) -> str:
    """Why something happened; a person's own words, and those of an earlier version, as they stand."""
    match why:
        case CellsBroke(cells=cells, opening=opening):
            again = f" again, opening number {opening}" if opening > 1 else ""
            return f"{_names(cells)} broke{again}" + (f", {after(why.after)}" if why.after else "")
        case MembersChanged():
            changes = (
                (why.joined, "joined"),
                (why.recovered, "recovered"),
                (why.withdrawn, "withdrawn after corrections"),
                (why.retired, "retired with its version"),
                (why.explained, "broke on tickets of the others alone"),
            )
            return ", ".join(f"{_names(cells)} {what}" for cells, what in changes if cells)
        case AllRecovered(cells=cells):
            return f"{_names(cells)} recovered"
        case PageWithdrawn(cells=cells):
            return f"the labels or the anchor behind {_names(cells)} changed, and the page no longer stands"
        case VersionsRetired(cells=cells):
            versions = ", ".join(dict.fromkeys(str(cell.model) for cell in cells))
            return f"no requests go to {versions} any more; no label says that recall is back"
        case MissesSooner(cells=cells, age_s=age_s):
            return _of_age(_names(cells), age_s)
        case EndedByPerson(words=words):
            return f"{resolution(why)}; {words}" if words else resolution(why)
        case CellSilenced():
            return f"{why.cell}, until {why.until:%Y-%m-%d %H:%M} UTC: {why.reason}"
        case SilencedElsewhere():
            why_there = f": {why.reason}" if why.reason else ""
            return f"every alert is silenced in {why.sink} until {why.until:%Y-%m-%d %H:%M} UTC{why_there}"
        case LinesLeftOut():
            return f"{why.lines:,} lines until {why.until:%Y-%m-%d %H:%M} UTC, more than are kept of one incident"
        case PersonSays(who=who, words=words):
            return f"{who}: {words}" if words else who
        case str():
            return why


def ending(state: str, history: Sequence[HistoryLine]) -> str:
    """An incident's state; where a person ended it, that they did, and what the labels said: never a recovery."""
    by_person = ended_by_person(history) if state == IncidentState.RESOLVED else None
    if by_person is not None:
        return resolution(by_person)
    line = _acknowledged(state, history)
    return f"acknowledged by {line.who} at {line.at:%Y-%m-%d %H:%M} UTC" if line is not None else state


def ending_in_brief(state: str, history: Sequence[HistoryLine]) -> str:
    """Its state in a column of a table; where a person ended it, who that was."""
    by_person = ended_by_person(history) if state == IncidentState.RESOLVED else None
    line = _acknowledged(state, history)
    if by_person is None and line is None:
        return state
    words = (
        f"resolved by {by_person.who}"
        if by_person is not None
        else f"{state} by {line.who}"
        if line
        else state
    )
    return cut(words, STATE_WIDTH)


def _acknowledged(state: str, history: Sequence[HistoryLine]) -> HistoryLine | None:
    """Who is on it; None where nobody is."""
    if state != IncidentState.ACKNOWLEDGED:
        return None
    return next((line for line in reversed(history) if line.what is HistoryKind.ACKNOWLEDGED), None)


def resolution(ended: EndedByPerson) -> str:
    """How a person ended an incident, in a line."""
    return f"resolved by {ended.who}; {unconfirmed(ended)}"


def unconfirmed(ended: EndedByPerson) -> str:
    """What the labels said when a person ended an incident."""
    if not ended.recalls:
        return "not confirmed by labels"
    recalls = [
        f"of {each.cell} {_interval(each.recall)}" if len(ended.recalls) > 1 else _interval(each.recall)
        for each in ended.recalls[:NAMED]
    ]
    if (left := len(ended.recalls) - NAMED) > 0:
        recalls.append(f"and of {left} more")
    return f"not confirmed by labels: recall {', '.join(recalls)} since the onset"


def _interval(recall: Estimate) -> str:
    return f"{recall.value:.2f} ({recall.low:.2f} to {recall.high:.2f})"


def _of_age(names: str, age_s: float | None) -> str:
    if age_s is None:
        return (
            f"misses of {names} are no longer labelled sooner than hits: predictions of any age are bet on again,"
            " and the page stands"
        )
    return (
        f"misses of {names} are labelled sooner than hits: from now on only predictions older than"
        f" {age_s / 86_400:.1f} days are bet on, and the page stands"
    )


def _names(cells: Sequence[Cell]) -> str:
    return ", ".join(map(str, cells))
