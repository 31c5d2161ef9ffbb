"""A bet that goes on day by day, and what it is held to at a model's first release."""

import math

import pytest

from monitor.domain.anchors.promise import Measured, Promise, Provenance, build
from monitor.domain.detection.early import after_day, fresh_early, loads_early, promised_share
from monitor.domain.detection.early_sign import EarlySign
from monitor.domain.detection.shares import DayCount, UsualShare
from tests.stored import NOON, TICKETS

USUAL = UsualShare(0.02, 0.018, (0.02,) * 7, 0.05)
WHENCE = Provenance("r.json", "f" * 64, "sklearn", NOON)


def test_a_share_is_promised_by_the_hits_among_all_examples_and_the_real_ones_where_they_are_known() -> None:
    shipped = {"erasure": (0.9, 100), "refund": (0.8, 900)}
    plain = {(name, ""): Promise(Measured(*each)) for name, each in shipped.items()}
    share = promised_share(build(TICKETS, plain, WHENCE), "erasure")
    assert share is not None
    assert share.share == pytest.approx(90 / 1_000)
    assert share.low == pytest.approx(0.09 * math.exp(-math.sqrt(1 / 90 + 0.1 / 8)))
    real = {
        ("erasure", ""): Promise(Measured(0.9, 100), Measured(0.5, 40)),
        ("refund", ""): Promise(Measured(0.8, 900), Measured(0.8, 760)),
    }
    known = promised_share(build(TICKETS, real, WHENCE), "erasure")
    assert known is not None
    assert known.share == pytest.approx(20 / 800)


def test_too_few_hits_and_intents_that_nobody_measured_promise_nothing() -> None:
    anchor = build(TICKETS, {("erasure", ""): Promise(Measured(0.9, 10))}, WHENCE)
    assert promised_share(anchor, "erasure") is None
    assert promised_share(anchor, "refund") is None


def test_a_bet_comes_back_from_json_to_the_last_bit() -> None:
    bet = fresh_early(9)
    for day in range(10, 18):
        bet = after_day(bet, USUAL, DayCount(day, 1, 1_000), EarlySign.SHARE, 0.001)
        assert loads_early(bet.dumps()).dumps() == bet.dumps()
    assert bet.note is not None
    assert loads_early(bet.dumps()).note == bet.note


def test_a_day_without_predictions_puts_nothing_in() -> None:
    bet = after_day(fresh_early(9), USUAL, DayCount(10, 0, 0), EarlySign.SHARE, 0.001)
    assert (bet.day, bet.evidence) == (10, 0.0)
