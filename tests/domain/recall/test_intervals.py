"""The intervals against published tables, cases solved by hand, and their own definitions."""

import math

import pytest

from monitor.domain.recall.estimate import Interval
from monitor.domain.recall.intervals import (
    Weights,
    clopper_pearson,
    clopper_pearson_lower,
    confidence_sequence,
    effective_n,
    gamma_mover,
    interval,
    odds_shift,
    wilson,
)

FOUR = 6e-5  # published to four places


def near(low: float, high: float, within: float = FOUR) -> object:
    return pytest.approx((low, high), abs=within)


def at_least(k: int, n: int, p: float) -> float:
    return sum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1))


# Newcombe 1998, Statistics in Medicine 17, 857-872, table I (methods 3 and 5).
@pytest.mark.parametrize(
    ("hits", "n", "by_wilson", "exact"),
    [
        (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
        (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
        (0, 20, (0.0, 0.1611), (0.0, 0.1684)),
        (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
    ],
)
def test_wilson_and_clopper_pearson_as_published(
    hits: int, n: int, by_wilson: tuple[float, float], exact: tuple[float, float]
) -> None:
    assert wilson(hits, n) == near(*by_wilson)
    assert clopper_pearson(hits, n) == near(*exact)


@pytest.mark.parametrize("method", [wilson, clopper_pearson])
def test_all_hits_reach_one_exactly_and_no_hits_zero(method: type) -> None:
    assert method(38, 38)[1] == 1.0
    assert method(0, 38)[0] == 0.0


def test_nothing_known_is_the_whole_range_whatever_the_method() -> None:
    everything = Interval(0.0, 1.0)

    assert wilson(0, 0) == clopper_pearson(0, 0) == interval(0, 0) == everything
    assert confidence_sequence(0, 0) == odds_shift(0, 0, 2.5, 50) == everything
    assert gamma_mover(Weights(0, 0, 2.5), Weights(0, 0, 50)) == everything
    assert clopper_pearson_lower(0, 0) == 0


def test_all_hits_by_hand() -> None:
    assert clopper_pearson_lower(38, 38) == pytest.approx(0.05 ** (1 / 38))
    assert clopper_pearson(38, 38).low == pytest.approx(0.025 ** (1 / 38))


def test_33_of_38_has_a_lower_limit_near_074_where_33_or_more_have_a_chance_of_5_percent() -> None:
    low = clopper_pearson_lower(33, 38)

    assert low == pytest.approx(0.74, abs=0.005)
    assert at_least(33, 38, low) == pytest.approx(0.05, rel=1e-9)


def test_another_level_leaves_another_chance() -> None:
    low, high = clopper_pearson(33, 38, level=0.80)

    assert at_least(33, 38, low) == pytest.approx(0.10, rel=1e-9)
    assert 1 - at_least(34, 38, high) == pytest.approx(0.10, rel=1e-9)
    assert wilson(81, 263, level=0.80).low > wilson(81, 263).low


def test_a_number_of_hits_between_two_whole_ones_has_limits_between_theirs() -> None:
    below, between, above = (clopper_pearson(k, 38) for k in (33, 33.44, 34))

    assert below.low < between.low < above.low
    assert below.high < between.high < above.high


@pytest.mark.parametrize("method", [wilson, clopper_pearson, clopper_pearson_lower])
@pytest.mark.parametrize(("hits", "n"), [(-1, 5), (6, 5), (math.nan, 5)])
def test_counts_that_cannot_be_are_refused(method: type, hits: float, n: float) -> None:
    with pytest.raises(ValueError, match="between 0 and n"):
        method(hits, n)


def test_a_report_uses_wilson_from_five_hits_and_five_misses_on() -> None:
    assert interval(5, 5) == near(0.2366, 0.7634)  # Wilson's; Clopper-Pearson's would be .1871 to .8129
    assert interval(4, 6) == near(0.1216, 0.7376)  # Clopper-Pearson's; Wilson's would be .1682 to .6873
    assert interval(6, 4) == near(0.2624, 0.8784)


def test_the_confidence_sequence_at_33_of_38() -> None:
    assert confidence_sequence(33, 5) == near(0.6397, 0.9782)


def test_the_confidence_sequence_of_one_or_two_outcomes_by_hand() -> None:
    # B(1.5,.5)/B(.5,.5) = 1/2, B(2.5,.5)/B(.5,.5) = 3/8, B(1.5,1.5)/B(.5,.5) = 1/8; alpha = 1/20.
    assert confidence_sequence(1, 0) == near(1 / 40, 1.0, 1e-14)
    assert confidence_sequence(0, 1) == near(0.0, 39 / 40, 1e-14)
    assert confidence_sequence(2, 0) == near(math.sqrt(3 / 160), 1.0, 1e-14)
    assert confidence_sequence(1, 1) == near((1 - math.sqrt(0.975)) / 2, (1 + math.sqrt(0.975)) / 2, 1e-14)
    assert confidence_sequence(1, 0, alpha=0.01) == near(1 / 200, 1.0, 1e-14)


@pytest.mark.parametrize(
    ("hits", "misses"), [(38, 0), (0, 38), (1, 4000), (10**6, 10), (0.25, 7.5), (10**7, 10**7)]
)
def test_the_confidence_sequence_ends_where_its_definition_says(hits: float, misses: float) -> None:
    def evidence_against(p: float) -> float:
        mixture = math.lgamma(0.5 + hits) + math.lgamma(0.5 + misses) - math.lgamma(1 + hits + misses)
        return mixture - math.log(math.pi) - hits * math.log(p) - misses * math.log1p(-p)

    low, high = confidence_sequence(hits, misses)

    assert 0 <= low < hits / (hits + misses) or hits == 0
    # lgamma loses up to 1e-9 of its 3e8 at ten million outcomes; so much is forgiven.
    within = 1e-9 + 1e-15 * (hits + misses) * 20
    assert low == 0 if hits == 0 else evidence_against(low) == pytest.approx(math.log(20), abs=within)
    assert high == 1 if misses == 0 else evidence_against(high) == pytest.approx(math.log(20), abs=within)


def test_the_confidence_sequence_is_the_mirror_image_with_hits_and_misses_exchanged() -> None:
    low, high = confidence_sequence(33, 5)

    assert confidence_sequence(5, 33) == near(1 - high, 1 - low, 1e-12)


# Section 4's vectors: hits and misses with their weights; R, interval A, interval B.
def test_many_hits_of_small_weight_and_few_misses_of_large() -> None:
    assert odds_shift(40, 6, 2.5, 50) == near(0.1231, 0.4903)
    assert gamma_mover(Weights(100, 250, 2.5), Weights(300, 15000, 50)) == near(0.1250, 0.4876)


def test_hits_of_weight_one_and_no_miss() -> None:
    assert odds_shift(25, 0, 1, 50) == near(0.1117, 1.0)
    assert gamma_mover(Weights(25, 25, 1), Weights(0, 0, 50)) == near(0.0806, 1.0)


def test_weights_of_one() -> None:
    assert odds_shift(33, 5, 1, 1) == near(0.7191, 0.9559)
    assert gamma_mover(Weights(33, 33, 1), Weights(5, 5, 1)) == near(0.7233, 0.9553)


def test_misses_of_three_weights() -> None:
    weights = [1 / 0.3] * 10 + [10.0] * 3 + [1 / 0.03]
    misses = Weights(sum(weights), sum(w * w for w in weights), 100)

    assert gamma_mover(Weights(100, 200, 2), misses) == near(0.1757, 0.7427)


def test_no_hit_at_all_keeps_zero_and_says_how_high_it_may_be() -> None:
    # One miss and no hit, weights 1: lo0 = -ln(.975), hi1 = -ln(.025), so 1 / (1 + lo0/hi1).
    low, high = gamma_mover(Weights(0, 0, 1), Weights(1, 1, 1))

    assert low == 0
    assert high == pytest.approx(1 / (1 + math.log(0.975) / math.log(0.025)))
    assert odds_shift(0, 25, 1, 50).low == 0


def test_the_unit_of_the_weights_does_not_matter() -> None:
    thin = gamma_mover(Weights(100, 250, 2.5), Weights(300, 15000, 50))
    thick = gamma_mover(Weights(300, 2250, 7.5), Weights(900, 135000, 150))

    assert thick == near(*thin, 1e-12)
    assert odds_shift(40, 6, 7.5, 150) == near(*odds_shift(40, 6, 2.5, 50), 1e-12)


def test_a_largest_weight_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="largest"):
        gamma_mover(Weights(0, 0, 0), Weights(1, 1, 1))


def test_equal_weights_count_as_many_labels_as_there_are() -> None:
    assert effective_n(10 * 20, 10 * 20**2) == 10
    assert effective_n(0, 0) == 0


def test_one_heavy_label_among_light_ones_counts_for_little() -> None:
    assert effective_n(9 * 1 + 91, 9 * 1 + 91**2) == pytest.approx(10000 / 8290)
