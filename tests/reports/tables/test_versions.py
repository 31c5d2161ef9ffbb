"""Two versions of a model at once: which are compared, in which order, and what is said."""

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


def test_a_canary_that_finds_fewer_is_told_against_the_version_before_it() -> None:
    (one,) = comparisons([state("10", 15, 23), state("9", 176, 24)])

    assert line(one) == (
        "v10 finds fewer gdpr_erasure than v9: recall is 0.49 lower (0.12 to 0.78)"  # compare's own example
    )
    ((cell, told),) = by_cell([one]).items()
    assert (cell.model.version, told["old"], told["says"]) == ("10", "9", "worse")


def test_one_version_other_models_and_unwatched_intents_are_not_compared() -> None:
    assert comparisons([state("7", 9, 1), state("8", 0, 0)]) == []
    assert comparisons([state("7", 9, 1), state("8", 9, 1, name="mails")]) == []
    assert comparisons([state("7", 9, 1, watched=None), state("8", 9, 1, watched=None)]) == []


def test_weighted_labels_are_compared_by_their_own_intervals() -> None:
    new, old = state("8", 0, 0, weighted=True), state("7", 0, 0, weighted=True)
    for one, misses in ((new, 30), (old, 1)):
        one.labels.tally.count("gdpr_erasure", "gdpr_erasure", 40, Design.BY_PREDICTION, 0.4)
        one.labels.tally.count("cancel", "gdpr_erasure", misses, Design.BY_PREDICTION, 0.02)
    (found,) = comparisons([old, new])

    assert found.difference.value is not None
    assert round(found.difference.value, 3) == round(100 / 1_600 - 100 / 150, 3)
    assert found.difference.verdict.value == "worse"
