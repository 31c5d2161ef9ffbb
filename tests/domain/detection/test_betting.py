"""The bet itself: its arithmetic by hand, its bits however the stream is cut, and when the fall began."""

import json
import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.detection.betting import (
    CAP,
    GRID,
    NEVER,
    Wealth,
    begin_again,
    bet,
    bet_many,
    evidence,
    evidence_each,
    factors,
    hold,
    onset,
    since_release,
    stakes,
    start,
)

outcomes = st.lists(
    st.tuples(st.booleans(), st.sampled_from([1.0, 0.5, 0.05, 0.01, 1 / 3])), min_size=1, max_size=60
)


def same_bits(wealth: Wealth, other: Wealth) -> bool:
    return all(getattr(wealth, name).tobytes() == getattr(other, name).tobytes() for name in Wealth.__slots__)


def bet_singly(floor: float, xs: list[int], us: list[float] | None = None, first: int = 0) -> Wealth:
    wealth, lam = start(), stakes(floor)
    for index, x in enumerate(xs):
        wealth = bet(wealth, lam, floor, x, us[index] if us else 1.0, first + index)
    return wealth


def slow_evidence(floor: float, xs: list[int], us: list[float]) -> tuple[float, float, int]:
    """M, E and the onset, straight from the formulas in plain Python."""
    riches, products, climbs = [], [], []
    for j in range(16):
        q = 0.02 + j * (floor - 0.03 - 0.02) / 15
        lam = (floor - q) / (floor * (1 - floor))
        r, c, product, began = 0.0, 1.0, 1.0, -1
        for i, (x, u) in enumerate(zip(xs, us, strict=True)):
            gain = 1 - lam * u * (x - floor)
            r = (r + 1) * gain
            if c <= 1:
                c, began = 1.0, i
            c *= gain
            product *= gain
        riches.append(r)
        products.append(product)
        climbs.append((c, began))
    return sum(riches) / 16, sum(products) / 16, max(climbs, key=lambda climb: climb[0])[1]


def test_each_stake_is_the_likelihood_ratio_of_its_recall_against_the_floor() -> None:
    # f = .50: q_j = .02, .05, ..., .47; a miss pays (1 - q)/(1 - f), a hit q/f.
    q = np.array([0.02 + 0.03 * j for j in range(16)])
    miss, hit = factors(stakes(0.5), 0.5, [0, 1], 1.0)

    np.testing.assert_allclose(miss, (1 - q) / 0.5, rtol=1e-14)
    np.testing.assert_allclose(hit, q / 0.5, rtol=1e-13)


def test_two_misses_by_hand() -> None:
    # f = .50: mean q = .245, mean q^2 = .07915; a miss pays L = 2(1 - q): mean L = 1.51, mean L^2 = 2.3566.
    first, second = bet_singly(0.5, [0]), bet_singly(0.5, [0, 0])

    assert (evidence(first), since_release(first)) == pytest.approx((1.51, 1.51))
    assert evidence(second) == pytest.approx(2.3566 + 1.51)  # (L + 1) L
    assert since_release(second) == pytest.approx(2.3566)  # L L


def test_a_hit_by_hand() -> None:
    assert evidence(bet_singly(0.5, [1])) == pytest.approx(0.49)  # mean q / f


def test_a_light_label_makes_a_small_bet() -> None:
    # f = .50: mean lam = (.50 - .245)/.25 = 1.02; half the weight: 1 + 1.02 x .5 x .5.
    assert evidence(bet_singly(0.5, [0], [0.5])) == pytest.approx(1.255)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(stream=outcomes, floor=st.sampled_from([0.10, 0.5, 0.7430417, 0.78, 0.95]))
def test_it_agrees_with_the_formulas_written_out(stream: list[tuple[bool, float]], floor: float) -> None:
    xs, us = [int(x) for x, _ in stream], [u for _, u in stream]
    wealth = bet_singly(floor, xs, us)
    riches, product, _ = slow_evidence(floor, xs, us)

    assert evidence(wealth) == pytest.approx(riches, rel=1e-10)
    assert since_release(wealth) == pytest.approx(product, rel=1e-10)


@pytest.mark.parametrize("seed", range(5))
def test_the_onset_agrees_with_the_formulas_written_out(seed: int) -> None:
    rng = np.random.default_rng(seed)
    xs = [int(x) for x in np.concatenate([rng.random(100) < 0.88, rng.random(25) < 0.39])]

    assert onset(bet_singly(0.78, xs)) == slow_evidence(0.78, xs, [1.0] * 125)[2]


@settings(max_examples=100, derandomize=True, deadline=None)
@given(stream=outcomes, cuts=st.lists(st.integers(0, 60), max_size=6))
def test_however_the_stream_is_cut_every_bit_is_the_same(
    stream: list[tuple[bool, float]], cuts: list[int]
) -> None:
    xs, us = [int(x) for x, _ in stream], [u for _, u in stream]
    lam, seqs = stakes(0.78), [3 * i + 5 for i in range(len(xs))]
    single, batches = start(), start()
    for x, u, seq in zip(xs, us, seqs, strict=True):
        single = bet(single, lam, 0.78, x, u, seq)
    edges = [0, *sorted(min(cut, len(xs)) for cut in cuts), len(xs)]
    for a, b in pairwise(edges):
        batches = bet_many(batches, lam, 0.78, xs[a:b], us[a:b], seqs[a:b]).wealth
    whole = bet_many(start(), lam, 0.78, xs, us, seqs).wealth

    assert same_bits(single, whole)
    assert same_bits(batches, whole)


def test_a_stream_longer_than_a_batch_in_memory_has_the_same_bits() -> None:
    rng, lam = np.random.default_rng(1), stakes(0.78)
    xs, us = (rng.random(9000) < 0.85).astype(float), rng.choice([1.0, 0.3], 9000)
    halves = bet_many(start(), lam, 0.78, xs[:5000], us[:5000], np.arange(5000)).wealth
    halves = bet_many(halves, lam, 0.78, xs[5000:], us[5000:], np.arange(5000, 9000)).wealth

    assert same_bits(bet_many(start(), lam, 0.78, xs, us, np.arange(9000)).wealth, halves)


def test_streams_side_by_side_have_the_bits_of_each_alone() -> None:
    rng, lam = np.random.default_rng(2), stakes(0.6)
    xs, us = rng.integers(0, 2, (40, 3, 2)), rng.choice([1.0, 0.05], (40, 3, 2))
    together = start(3, 2)
    for i in range(40):
        together = bet(together, lam, 0.6, xs[i], us[i], i)
    for a, b in np.ndindex(3, 2):
        alone = bet_many(start(), lam, 0.6, xs[:, a, b], us[:, a, b], np.arange(40)).wealth
        assert same_bits(alone, Wealth(*(getattr(together, name)[a, b] for name in Wealth.__slots__)))
        assert evidence(alone) == evidence_each(together.ratios)[a, b]


@pytest.mark.parametrize("threshold", [1.2, 20, 6000])
def test_the_first_outcome_at_the_threshold_pages_and_those_behind_it_are_left_alone(
    threshold: float,
) -> None:
    rng, lam = np.random.default_rng(3), stakes(0.78)
    xs = np.concatenate([rng.random(60) < 0.88, rng.random(60) < 0.39]).astype(float)
    wealth, first = start(), None
    for i, x in enumerate(xs):
        wealth = bet(wealth, lam, 0.78, x, 1.0, i)
        if evidence(wealth) >= threshold:
            first = i
            break
    bets = bet_many(start(), lam, 0.78, xs, np.ones(120), np.arange(120), threshold)

    assert first is not None
    assert bets.paged == first
    assert same_bits(bets.wealth, wealth)


def test_the_page_comes_at_the_threshold_itself_and_not_a_hair_above() -> None:
    reached = evidence(bet_singly(0.5, [0, 0, 0]))
    four_misses = np.zeros(4), np.ones(4), np.arange(4)

    assert bet_many(start(), stakes(0.5), 0.5, *four_misses, reached).paged == 2
    assert bet_many(start(), stakes(0.5), 0.5, *four_misses, math.nextafter(reached, 9e9)).paged == 3


def test_a_crossing_in_the_middle_of_a_batch_counts_although_its_end_is_healthy() -> None:
    xs = [0] * 8 + [1] * 200

    assert bet_many(start(), stakes(0.78), 0.78, xs, np.ones(208), np.arange(208), 1000).paged == 5
    assert evidence(bet_singly(0.78, xs)) < 20


def test_a_page_behind_the_first_batch_in_memory_is_counted_from_the_first_outcome_given() -> None:
    # 5,000 hits, then misses: the sixth makes 1,000 to 1 or more, and fewer do not.
    xs = np.concatenate([np.ones(5000), np.zeros(10)])
    paged = bet_many(start(), stakes(0.78), 0.78, xs, np.ones(5010), np.arange(5010), 1000).paged

    assert paged == 5005


def test_no_outcome_changes_nothing() -> None:
    wealth = bet_singly(0.78, [0, 1, 0])
    bets = bet_many(wealth, stakes(0.78), 0.78, [], [], [], threshold=1e-9)

    assert bets.paged is None
    assert same_bits(bets.wealth, wealth)


def test_hits_alone_never_page() -> None:
    bets = bet_many(start(), stakes(0.78), 0.78, np.ones(5000), np.ones(5000), np.arange(5000), 25.0)

    assert bets.paged is None


def test_endless_misses_make_a_bettor_rich_but_not_infinite() -> None:
    # The timidest earns 1.136 a miss: 1.136^4000 is 1e222.
    wealth = bet_many(start(), stakes(0.78), 0.78, np.zeros(4000), np.ones(4000), np.arange(4000)).wealth

    assert evidence(wealth) == CAP
    assert since_release(wealth) == pytest.approx(CAP)
    assert onset(wealth) == 0


def test_the_lowest_floor_that_can_be_judged_leaves_every_bettor_some_money() -> None:
    assert (factors(stakes(0.10), 0.10, [0, 1], 1.0) > 0).all()


@pytest.mark.parametrize("floor", [0.0999, 0.0, -0.2, 1.0, math.nan])
def test_a_floor_that_leaves_no_room_for_a_bet_is_refused(floor: float) -> None:
    with pytest.raises(ValueError, match="floor"):
        stakes(floor)


def test_the_onset_is_the_first_miss_after_a_good_spell() -> None:
    # Hits keep every C_j below 1, so that each starts anew at the first miss: number 103.
    assert onset(bet_singly(0.78, [1, 1, 1, 0, 0, 0], first=100)) == 103


def test_the_onset_is_given_by_the_bettor_who_has_won_most() -> None:
    # Miss, hit, 3 misses. The timidest (q = .75: 1.136 a miss, .962 a hit) still lives off number 12, but
    # the boldest (q = .02: 4.455 a miss, .026 a hit) started anew at 14 and has won most: 4.455^3 = 88.
    wealth = bet_singly(0.78, [1, 1, 0, 1, 0, 0, 0], first=10)

    assert wealth.restart[15] == 12
    assert onset(wealth) == 14


def test_before_the_first_outcome_there_is_no_onset() -> None:
    assert onset(start()) == NEVER


def test_between_page_and_recovery_only_the_evidence_since_release_goes_on() -> None:
    paged = bet_singly(0.5, [0, 0])
    held = hold(paged, stakes(0.5), 0.5, [0, 1], [1.0, 1.0])

    assert evidence(held) == evidence(paged)
    assert onset(held) == onset(paged)
    assert held.log_product.tobytes() == bet_singly(0.5, [0, 0, 0, 1]).log_product.tobytes()


def test_after_a_recovery_the_bets_start_anew_but_not_the_evidence_since_release() -> None:
    paged = bet_singly(0.5, [0, 0])
    again = begin_again(paged)

    assert evidence(again) == 0
    assert onset(again) == NEVER
    assert since_release(again) == since_release(paged)


def test_stored_as_json_and_read_back_it_bets_on_with_the_same_bits() -> None:
    wealth = bet_singly(0.7430417, [0, 1, 0, 0, 1], [1.0, 0.05, 1 / 3, 0.01, 0.7], first=2**53 + 1)
    restored = Wealth.from_dict(json.loads(json.dumps(wealth.to_dict())))

    assert same_bits(restored, wealth)
    assert restored.restart.dtype == np.int64
    assert len(wealth.to_dict()["ratios"]) == GRID


def test_betting_leaves_the_earlier_wealth_as_it_was() -> None:
    before = bet_singly(0.78, [0, 1])
    copy = Wealth.from_dict(before.to_dict())
    bet(before, stakes(0.78), 0.78, 0, 1.0, 2)
    bet_many(before, stakes(0.78), 0.78, [0, 0], [1.0, 1.0], [2, 3])

    assert same_bits(before, copy)
