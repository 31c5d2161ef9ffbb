"""Tickets of no intent: how many a model accepted, with an interval that is a recall's turned round. By hand."""

import pytest

from monitor.domain.events.names import NO_ANSWER, NO_INTENT
from monitor.domain.events.types import Design
from monitor.domain.recall.estimate import Estimate
from monitor.domain.recall.intervals import confidence_sequence
from monitor.domain.recall.out_of_scope import OutOfScope, out_of_scope
from monitor.domain.recall.tally import Tally


def test_the_share_accepted_is_what_is_no_hit_with_the_interval_turned_round() -> None:
    tally = Tally()
    tally.count(NO_ANSWER, NO_INTENT, 33)
    tally.count("bug", NO_INTENT, 2)
    tally.count("refund", NO_INTENT, 3)
    low, high = confidence_sequence(33, 5)  # .6397 to .9782 in the reference
    known = out_of_scope(tally, 0.01)
    assert known == OutOfScope(38, 5, Estimate(1 - 33 / 38, 1 - high, 1 - low), True, {"refund": 3, "bug": 2})
    assert known.abstained == 33
    assert known.share.low == pytest.approx(0.0218, abs=1e-4)
    assert known.share.high == pytest.approx(0.3603, abs=1e-4)
    assert list(known.accepted_as) == ["refund", "bug"]


def test_labels_by_class_are_weighed() -> None:
    tally = Tally()
    tally.count(NO_ANSWER, NO_INTENT, 10, Design.BY_PREDICTION, 0.5)
    tally.count("refund", NO_INTENT, 1, Design.BY_PREDICTION, 0.05)
    known = out_of_scope(tally, 0.01)
    assert known is not None
    assert (known.tickets, known.accepted) == (11, 1)
    assert known.share.value == pytest.approx(20 / 40)
    assert known.share.low < 0.5 < known.share.high


def test_without_a_ticket_there_is_nothing_to_say() -> None:
    assert out_of_scope(Tally(), 0.01) is None
