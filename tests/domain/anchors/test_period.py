"""A period of production: what was drawn uniformly counts, everything else is left out and told."""

from monitor.domain.anchors.period import PeriodCount, period
from monitor.domain.anchors.promise import Measured
from monitor.domain.events.names import NO_INTENT
from monitor.domain.events.types import Design

U = Design.UNIFORM


def test_recall_and_support_are_those_of_the_tickets_that_were_drawn_uniformly() -> None:
    found = period(
        [
            PeriodCount("erasure", "erasure", U, 0.1, 18),
            PeriodCount("erasure", "cancel", U, 0.1, 2),
            PeriodCount("erasure", "cancel", Design.BY_PREDICTION, 0.5, 40),
            PeriodCount("cancel", "cancel", Design.UNKNOWN, None, 7),
            PeriodCount(NO_INTENT, "cancel", U, 0.1, 5),
        ]
    )
    assert found.promises.keys() == {("erasure", "")}
    erasure = found.promises["erasure", ""]
    assert (erasure.shipped, erasure.misses_to) == (Measured(0.9, 20), {"cancel": 2})
    assert found.left_out == {Design.BY_PREDICTION: 40, Design.UNKNOWN: 7}
    assert found.chances == (0.1,)


def test_several_chances_are_told_an_unknown_one_among_them() -> None:
    counts = [PeriodCount("erasure", "erasure", U, chance, 1) for chance in (0.2, None, 0.1, 0.2)]
    assert period(counts).chances == (None, 0.1, 0.2)
