"""The columns of `incident list` are short enough to leave room for when each opened and closed."""

from datetime import UTC, datetime

import pytest

from monitor.domain.events.types import Model
from monitor.domain.incidents.history import EndedByPerson, HistoryKind, HistoryLine
from monitor.domain.slices.cells import Cell
from reports.tables.incidents import named
from reports.words.history import ending_in_brief

RESOLVED = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)


def ended_by(who: str) -> list[HistoryLine]:
    return [HistoryLine(RESOLVED, who, HistoryKind.RESOLVED, EndedByPerson(who, "rolled back"))]


@pytest.mark.parametrize(
    ("who", "brief"), [("ana", "resolved by ana"), ("anastasia.long.name", "resolved by anastas…")]
)
def test_the_state_is_short_and_names_who_ended_it(who: str, brief: str) -> None:
    assert ending_in_brief("resolved", ended_by(who)) == brief
    assert ending_in_brief("opened", []) == "opened"


def test_of_many_members_the_first_are_named_and_the_rest_counted() -> None:
    cells = [Cell(Model("shop", "7"), "return_item", f"locale=fr-{n}") for n in range(5)]
    assert named(cells[:2]) == "return_item [locale=fr-0], return_item [locale=fr-1]"
    assert named(cells) == "return_item [locale=fr-0] and 4 more"
    assert named([Cell(Model("shop", "7"), "x" * 90)]) == "x" * 90
