"""Wrong labels by hand: what recall reads with them, how few explain a fall, and what their misses look like."""

import pytest

from monitor.domain.labelling.signature import signature
from monitor.domain.labelling.slips import Elsewhere, MissSpread, slipped_recall, slips_behind


@pytest.mark.parametrize(
    ("rate", "called", "expected"),
    [
        (0.0, 0.0, 0.88),
        (0.001, 0.0, 0.0088 / 0.01099),  # .01 x .88 hits of .01 + .99 x .001 labels
        (0.01, 0.0, 0.0088 / 0.0199),
        (0.01, 0.1, (0.0088 + 0.00099) / 0.0199),  # a tenth of the slips are hits
        (1.0, 0.0, 0.0088),  # every ticket has this label
    ],
)
def test_recall_with_slips_is_hits_over_labels(rate: float, called: float, expected: float) -> None:
    assert slipped_recall(0.88, 0.01, rate, called) == pytest.approx(expected)


def test_no_slips_change_no_bit() -> None:
    assert all(slipped_recall(floor, 0.013, 0.0) == floor for floor in (0.78, 0.743215, 1 / 3))


@pytest.mark.parametrize(
    "wrong", [(0.88, 0.0, 0.1), (0.88, 0.01, 1.5), (1.2, 0.01, 0.1), (0.88, 0.01, 0.1, -0.1)]
)
def test_what_is_no_rate_is_refused(wrong: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="no such slips"):
        slipped_recall(*wrong)


def test_the_slips_behind_a_fall_by_hand() -> None:
    # 20 labels, 5 hits: from .9 to .25 takes 20 x .65 / .9 = 14.44 slips; all are misses, so 15 of 15.
    found = slips_behind(hits=5, misses=15, others=980, recall=0.9)
    assert found is not None
    assert found.rate == pytest.approx(14.4444 / (980 + 14.4444), abs=1e-7)
    assert found.wrong == 15
    # 100 labels, 60 hits, a tenth of the others called so: 100 x .2 / .7 = 28.57 slips, of which 25.7 are misses.
    found = slips_behind(hits=60, misses=40, others=900, recall=0.8, called=0.1)
    assert found is not None
    assert found.rate == pytest.approx(28.5714 / 928.5714, abs=1e-7)
    assert found.wrong == 26


@pytest.mark.parametrize("rate", [0.001, 0.01, 0.2])
@pytest.mark.parametrize("called", [0.0, 0.05])
def test_the_slips_that_made_a_recall_are_those_behind_it(rate: float, called: float) -> None:
    share, recall, everything = 0.1, 0.8, 10_000_000
    labels = everything * (share + (1 - share) * rate)
    hits = labels * slipped_recall(recall, share, rate, called)
    found = slips_behind(round(hits), round(labels - hits), everything - labels, recall, called)
    assert found is not None
    assert found.rate == pytest.approx(rate, rel=1e-3)


@pytest.mark.parametrize(
    ("hits", "misses", "others", "called"),
    [
        (9, 1, 500, 0.0),  # no fall
        (0, 0, 500, 0.0),  # no label
        (5, 15, 0, 0.0),  # no other ticket that could slip
        (1, 19, 500, 0.05),  # not above what slips alone would read
    ],
)
def test_where_slips_explain_nothing_nothing_is_claimed(
    hits: int, misses: int, others: int, called: float
) -> None:
    assert slips_behind(hits, misses, others, 0.88, called) is None


def test_how_often_a_slip_is_a_hit_is_the_mean_over_the_intents_it_may_go_to() -> None:
    predicted = {"gdpr": 6, "export": 2, "bug": 92}
    assert Elsewhere(("gdpr",), predicted).called == pytest.approx(0.06)
    assert Elsewhere(("gdpr", "export"), predicted).called == pytest.approx(0.04)
    assert Elsewhere(("gdpr",)).called == 0.0


TRAFFIC = {"how_to": 500, "billing": 300, "bug": 150, "refund": 50}


def test_misses_like_the_traffic_say_that_labels_may_have_changed() -> None:
    found = signature({"how_to": 20, "billing": 12, "bug": 6, "refund": 2}, TRAFFIC, {"bug": 5}, 0.1)
    assert found.spread is MissSpread.LIKE_TRAFFIC
    assert found.likelier > 100


def test_misses_in_a_seldom_neighbour_say_that_recall_fell() -> None:
    found = signature({"refund": 10, "bug": 1}, TRAFFIC, {"bug": 5}, 0.1)
    assert found.spread is MissSpread.FEW_NEIGHBOURS
    assert found.likelier > 1000


def test_the_likelihoods_by_hand() -> None:
    # Two intents alike in the traffic; 6 misses in one. Slips: (1/2)^6. A fall: a Dirichlet of 1 and 1: 1/7.
    found = signature({"a": 6}, {"a": 1_000_000, "b": 1_000_000}, {}, 0.0)
    assert found.likelier == pytest.approx(64 / 7, rel=1e-5)
    assert found.spread is MissSpread.UNCLEAR
    assert signature({"a": 8}, {"a": 1_000_000, "b": 1_000_000}, {}, 0.0).spread is MissSpread.FEW_NEIGHBOURS


def test_misses_that_were_always_there_are_no_sign_of_a_fall() -> None:
    misses = {"refund": 6, "how_to": 3, "billing": 2}
    assert signature(misses, TRAFFIC, {}, 0.01).spread is MissSpread.FEW_NEIGHBOURS
    assert signature(misses, TRAFFIC, {"refund": 40}, 0.5).spread is not MissSpread.FEW_NEIGHBOURS
    # The same where nobody knows what was usual: half of the misses may be.
    assert signature(misses, TRAFFIC, {}, 0.5).spread is not MissSpread.FEW_NEIGHBOURS


def test_nothing_missed_says_nothing() -> None:
    assert signature({}, TRAFFIC, {}, 0.1).spread is MissSpread.UNCLEAR
    assert signature({}, {}, {}, 0.1) == (MissSpread.UNCLEAR, 1.0)
