"""What `anchorwatch status` says beside its table."""

from monitor.domain.events.types import Model
from monitor.domain.judging.state import CellState
from monitor.domain.recall.tally import Tally
from monitor.domain.slices.cells import OTHER, Cell
from reports.tables.status import as_object, notes

TICKETS = Model("tickets", "7")


def test_what_is_beyond_the_limits_is_told_with_its_count() -> None:
    cells = [
        CellState(Cell(TICKETS, OTHER), Tally(hits=3, misses_to={"billing": 2})),
        CellState(Cell(TICKETS, "billing", f"locale={OTHER}"), Tally(hits=1)),
    ]

    told = notes(cells, [], 0)

    assert f"5 outcomes are counted together as {OTHER}: there are more intents than limits.intents" in told
    assert f"slice locale has more values than its cap; the rest is counted as {OTHER}" in told


def test_a_cell_without_outcomes_has_no_recall_rather_than_0_or_1() -> None:
    shown = as_object(CellState(Cell(TICKETS, "billing"), Tally()), None)

    assert shown["live"] == {"recall": None, "low": None, "high": None, "hits": 0, "misses": 0} | {
        "interval": "confidence_sequence",
        "effective_n": 0.0,
    }
    assert (shown["offline"], shown["floor"], shown["onset"]) == (None, None, None)
