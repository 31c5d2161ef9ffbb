"""The bet itself: its arithmetic by hand, where it pages, and when the fall began."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.detection.betting import (
    CAP,
    NEVER,
    begin_again,
    bet,
    bet_many,
    evidence,
    factors,
    hold,
    onset,
    since_release,
    stakes,
    start,
)
from tests.domain.detection.bets import OUTCOMES, bet_at_once, bet_singly, same_bits


def slow_evidence(
    floor: float, xs: list[int], us: list[float], money: list[float]
) -> tuple[float, float, int]:
    """M, E and the onset, straight from the formulas in plain Python."""
    riches, products, climbs = [], [], []
    for j in range(16):
        q = 0.02 + j * (floor - 0.03 - 0.02) / 15
        lam = (floor - q) / (floor * (1 - floor))
        r, c, product, began = 0.0, 1.0, 1.0, -1
        for i, (x, u, w) in enumerate(zip(xs, us, money, strict=True)):
            gain = 1 - lam * u * (x - floor)
            r = (r + w) * gain
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


def test_money_that_joins_by_hand() -> None:
    # f = .50, a miss pays L = 2(1 - q): the first .02 is played twice, the second .01 once.
    wealth = bet_singly(0.5, [0, 0], money=[0.02, 0.01])

    assert evidence(wealth) == pytest.approx(0.02 * 2.3566 + 0.01 * 1.51)
    assert since_release(wealth) == pytest.approx(2.3566)  # whatever the money


def test_without_money_there_is_nothing_to_win() -> None:
    assert evidence(bet_singly(0.5, [0] * 20, money=[0.0] * 20)) == 0


@pytest.mark.parametrize("money", [1 / 14_600, 1 / 20])
def test_a_unit_at_each_outcome_and_a_page_at_a_threshold_is_the_same_as_a_part_of_a_page(
    money: float,
) -> None:
    rng = np.random.default_rng(4)
    xs = np.concatenate([rng.random(60) < 0.88, rng.random(60) < 0.39]).astype(float)
    played, seqs = factors(stakes(0.78), 0.78, xs, np.ones(120)), np.arange(120)
    share = bet_many(start(), played, np.full(120, money), seqs, 1.0)
    units = bet_many(start(), played, np.ones(120), seqs, 1 / money)

    assert share.paged == units.paged
    assert share.paged is not None
    assert evidence(share.wealth) == pytest.approx(money * evidence(units.wealth))


def test_a_hit_by_hand() -> None:
    assert evidence(bet_singly(0.5, [1])) == pytest.approx(0.49)  # mean q / f


def test_a_light_label_makes_a_small_bet() -> None:
    # f = .50: mean lam = (.50 - .245)/.25 = 1.02; half the weight: 1 + 1.02 x .5 x .5.
    assert evidence(bet_singly(0.5, [0], [0.5])) == pytest.approx(1.255)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(stream=OUTCOMES, floor=st.sampled_from([0.10, 0.5, 0.7430417, 0.78, 0.95]))
def test_it_agrees_with_the_formulas_written_out(
    stream: list[tuple[bool, float, float]], floor: float
) -> None:
    xs, us, money = [int(x) for x, _, _ in stream], [u for _, u, _ in stream], [w for _, _, w in stream]
    wealth = bet_singly(floor, xs, us, money=money)
    riches, product, _ = slow_evidence(floor, xs, us, money)

    assert evidence(wealth) == pytest.approx(riches, rel=1e-10)
    assert since_release(wealth) == pytest.approx(product, rel=1e-10)


@pytest.mark.parametrize("seed", range(5))
def test_the_onset_agrees_with_the_formulas_written_out(seed: int) -> None:
    rng = np.random.default_rng(seed)
    xs = [int(x) for x in np.concatenate([rng.random(100) < 0.88, rng.random(25) < 0.39])]

    assert onset(bet_singly(0.78, xs)) == slow_evidence(0.78, xs, [1.0] * 125, [1.0] * 125)[2]


@pytest.mark.parametrize("page_at", [1.2, 20, 6000])
def test_the_first_outcome_that_is_rich_enough_pages_and_those_behind_it_are_left_alone(
    page_at: float,
) -> None:
    rng, lam = np.random.default_rng(3), stakes(0.78)
    xs = np.concatenate([rng.random(60) < 0.88, rng.random(60) < 0.39]).astype(float)
    wealth, first = start(), None
    for i, x in enumerate(xs):
        wealth = bet(wealth, factors(lam, 0.78, x, 1.0), 1.0, i)
        if evidence(wealth) >= page_at:
            first = i
            break
    bets = bet_at_once(0.78, xs, page_at=page_at)

    assert first is not None
    assert bets.paged == first
    assert same_bits(bets.wealth, wealth)


def test_the_page_comes_at_the_limit_itself_and_not_a_hair_above() -> None:
    reached = evidence(bet_singly(0.5, [0, 0, 0]))

    assert bet_at_once(0.5, np.zeros(4), page_at=reached).paged == 2
    assert bet_at_once(0.5, np.zeros(4), page_at=math.nextafter(reached, 9e9)).paged == 3


def test_a_crossing_in_the_middle_of_a_batch_counts_although_its_end_is_healthy() -> None:
    xs = [0] * 8 + [1] * 200

    assert bet_at_once(0.78, xs, page_at=1000).paged == 5
    assert evidence(bet_singly(0.78, xs)) < 20


def test_a_page_behind_the_first_batch_in_memory_is_counted_from_the_first_outcome_given() -> None:
    # 5,000 hits, then misses: the sixth makes 1,000 to 1 or more, and fewer do not.
    xs = np.concatenate([np.ones(5000), np.zeros(10)])

    assert bet_at_once(0.78, xs, page_at=1000).paged == 5005


def test_no_outcome_changes_nothing() -> None:
    wealth = bet_singly(0.78, [0, 1, 0])
    bets = bet_at_once(0.78, [], wealth, page_at=1e-9)

    assert bets.paged is None
    assert same_bits(bets.wealth, wealth)


def test_hits_alone_never_page() -> None:
    assert bet_at_once(0.78, np.ones(5000), page_at=25.0).paged is None


def test_endless_misses_make_a_bettor_rich_but_not_infinite() -> None:
    # The timidest earns 1.136 a miss: 1.136^4000 is 1e222.
    wealth = bet_at_once(0.78, np.zeros(4000)).wealth

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
    held = hold(paged, factors(stakes(0.5), 0.5, [0, 1], [1.0, 1.0]))

    assert evidence(held) == evidence(paged)
    assert onset(held) == onset(paged)
    assert held.log_product.tobytes() == bet_singly(0.5, [0, 0, 0, 1]).log_product.tobytes()


def test_after_a_recovery_the_bets_start_anew_but_not_the_evidence_since_release() -> None:
    paged = bet_singly(0.5, [0, 0])
    again = begin_again(paged)

    assert evidence(again) == 0
    assert onset(again) == NEVER
    assert since_release(again) == since_release(paged)
