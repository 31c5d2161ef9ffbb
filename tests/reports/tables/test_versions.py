"""Two versions of a model at once: which are compared, in which order, and how the result is worded."""

from monitor.domain.events.types import Design, Model
from monitor.domain.judging.state import Bet, CellLabels, CellState, HeldTo
from monitor.domain.judging.watching import Listed, WhyWatched
from monitor.domain.recall.tally import Tally
from monitor.domain.slices.cells import Cell
from reports.tables.versions import by_cell, comparisons, line

LISTED = Listed()


def state(
    version: str,
    hits: int,
    misses: int,
    watched: WhyWatched | None = LISTED,
    name: str = "tickets",
    *,
    weighted: bool = False,
) -> CellState:
    return CellState(
        Cell(Model(name, version), "gdpr_erasure"),
        CellLabels(Tally(hits, {"cancel": misses} if misses else {})),
        HeldTo(watched),
        Bet(weighted=weighted),
    )


def test_a_canary_that_finds_fewer_is_reported_against_the_version_before_it() -> None:
    (comparison,) = comparisons([state("10", 15, 23), state("9", 176, 24)])

    assert line(comparison) == (
        "v10 finds fewer gdpr_erasure than v9: recall is 0.49 lower (0.12 to 0.78)"  # compare's own example
    )
    ((cell, row),) = by_cell([comparison]).items()
    assert (cell.model.version, row["old"], row["says"]) == ("10", "9", "worse")


def test_one_version_other_models_and_unwatched_intents_are_not_compared() -> None:
    assert comparisons([state("7", 9, 1), state("8", 0, 0)]) == []
    assert comparisons([state("7", 9, 1), state("8", 9, 1, name="mails")]) == []
    assert comparisons([state("7", 9, 1, watched=None), state("8", 9, 1, watched=None)]) == []


def test_weighted_labels_are_compared_by_their_own_intervals() -> None:
    new, old = state("8", 0, 0, weighted=True), state("7", 0, 0, weighted=True)
    for version, misses in ((new, 30), (old, 1)):
        version.labels.tally.count("gdpr_erasure", "gdpr_erasure", 40, Design.BY_PREDICTION, 0.4)
        version.labels.tally.count("cancel", "gdpr_erasure", misses, Design.BY_PREDICTION, 0.02)
    (comparison,) = comparisons([old, new])

    assert comparison.difference.value is not None
    assert round(comparison.difference.value, 3) == round(100 / 1_600 - 100 / 150, 3)
    assert comparison.difference.verdict.value == "worse"
