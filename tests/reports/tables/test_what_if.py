"""What `what-if` and the budget's page say of an answer."""

from monitor.domain.judging.watching import Listed
from monitor.domain.judging.what_if import BudgetPart, PartChange, WhatIf, WhatIfAnswer
from monitor.domain.slices.cells import Cell
from reports.render.blocks import as_cell
from reports.tables.what_if import what_if_view
from tests.notices import TICKETS

PART = BudgetPart(
    watched=Listed(),
    share=0.5,
    money_per_day=0.001,
    floor=0.78,
    labels_per_day=5,
    fall_to=0.48,
    falls=True,
    days=20.0,
)


def part(**changes: object) -> BudgetPart:
    return BudgetPart(**{**{name: getattr(PART, name) for name in PART.__struct_fields__}, **changes})


def answer(*changes: PartChange, asked: WhatIf | None = None) -> WhatIfAnswer:
    return WhatIfAnswer(asked or WhatIf(), changes, 1.0, 0.10, 14.0)


def change(name: str, before: BudgetPart | None, after: BudgetPart | None) -> PartChange:
    return PartChange(Cell(TICKETS, name), before, after)


def test_a_row_has_both_sides_where_they_differ_and_one_where_they_are_alike() -> None:
    view = what_if_view(
        answer(
            change("a", PART, part(days=9.0, labels_per_day=12, floor=0.83)),
            change("b", PART, PART),
            change("c", PART, part(days=None)),
            change("d", None, part(days=3.0)),
            change("e", part(falls=False, days=None), None),
        )
    )
    rows = [[as_cell(cell) for cell in row] for row in view.blocks[1].rows]
    assert [cell.lines for cell in rows[0]] == [
        ["a"],
        ["50.0%"],
        ["0.78 → 0.83"],
        ["5 a day → 12 a day"],
        ["20.0 d → 9.0 d"],
    ]
    assert [row[-1].lines for row in rows[1:]] == [
        ["20.0 d"],
        ["20.0 d → never"],
        ["not watched → 3.0 d"],
        ["no fall → not watched"],
    ]
    assert [row[2].lines for row in rows[3:]] == [["none → 0.78"], ["0.78 → none"]]
    assert [row[-1].mood for row in rows] == ["good", "warn", "warn", "good", "quiet"]
    assert view.blocks[0].lines[1] == "A fall would be seen within 14 days in 2 of 5 watched cells; now in 0."


def test_what_was_asked_stands_above_beside_what_holds() -> None:
    asked = WhatIf(drop=0.05, false_pages=4.0, fall_to=0.39, labels=60.0, labels_of={"a": 5.0})
    view = what_if_view(answer(change("a", PART, PART), asked=asked))
    assert view.blocks[0].lines[0] == (
        "Asked: 4 false pages a year instead of 1; a loss of 0.05 tolerated instead of 0.1; 60 labels a day in all,"
        " spread as they are now; 5 labels a day of a; a fall to 0.39."
    )
    assert view.content["asked"]["labels_of"] == {"a": 5.0}  # type: ignore[index]
