"""The draw: chances by each design that keep the budget, and numbers that depend on nothing but seed and id."""

import random
from hashlib import blake2b

import numpy as np
import pytest

from monitor.domain.events.types import Design
from monitor.domain.sampling.draws import Candidate, chances, drawn, uniform_number
from monitor.domain.sampling.wanted import Wanted

WANTED = [Wanted("refund"), Wanted("erasure", misses_to={"cancel": 5})]
DRAWN_BY = [Design.UNIFORM, Design.BY_PREDICTION, Design.BY_SCORE]


def candidates(n: int, seed: int = 1) -> list[Candidate]:
    rng = random.Random(seed)
    names = ["refund"] * 3 + ["erasure"] + ["cancel"] * 20 + ["other"] * 76
    return [
        Candidate(f"p{at}", rng.choice(names), {"refund": rng.random() ** 9, "erasure": rng.random() ** 9})
        for at in range(n)
    ]


@pytest.mark.parametrize("design", DRAWN_BY)
def test_so_many_are_drawn_as_the_budget_says_and_none_is_out_of_reach(design: Design) -> None:
    of = candidates(20_000)
    chosen = chances(of, WANTED, 600, design, 0.01)

    assert chosen.sum() == pytest.approx(600)
    assert chosen.min() >= 0.01
    assert chosen.max() <= 1
    n = sum(drawn("s", each.prediction_id, chance) for each, chance in zip(of, chosen, strict=True))
    assert n == pytest.approx(600, abs=4 * 600**0.5)


@pytest.mark.parametrize("design", DRAWN_BY)
def test_no_chance_is_below_the_smallest_even_where_the_budget_would_have_it(design: Design) -> None:
    assert chances(candidates(1000), WANTED, 3, design, 0.01).tolist() == pytest.approx([0.01] * 1000)


def test_by_class_and_uniform_the_order_of_the_candidates_changes_nothing() -> None:
    of = candidates(500)
    for design in DRAWN_BY:
        forth, back = chances(of, WANTED, 40, design, 0.01), chances(of[::-1], WANTED, 40, design, 0.01)
        assert forth == pytest.approx(back[::-1])


def test_with_the_traffic_of_a_week_a_class_has_one_chance_in_every_batch_of_a_size() -> None:
    week = {"refund": 300, "erasure": 100, "cancel": 2000, "other": 7600}
    one, two = (candidates(500, seed) for seed in (2, 3))

    by_class: dict[str, float] = {}
    for batch in (one, two):
        for each, chance in zip(
            batch, chances(batch, WANTED, 40, Design.BY_PREDICTION, 0.01, week), strict=True
        ):
            assert by_class.setdefault(each.predicted, chance) == chance
    assert sum(n * by_class[name] for name, n in week.items()) == pytest.approx(40 * 10_000 / 500)


def test_no_candidates_have_no_chances() -> None:
    assert [chances([], WANTED, 40, design, 0.01).tolist() for design in DRAWN_BY] == [[], [], []]


def test_a_design_that_is_unknown_draws_nothing() -> None:
    with pytest.raises(ValueError, match="design unknown"):
        chances(candidates(3), WANTED, 1, Design.UNKNOWN, 0.01)


def test_the_number_of_a_prediction_is_even_over_0_to_1_and_its_own() -> None:
    numbers = np.sort([uniform_number("s", f"p{at}") for at in range(20_000)])

    # Kolmogorov: the largest gap from the diagonal is above 1.95/sqrt(n) in one of a thousand draws
    assert np.abs(numbers - (np.arange(20_000) + 0.5) / 20_000).max() < 1.95 / 20_000**0.5
    assert len(set(numbers.tolist())) == 20_000


def test_another_seed_draws_others_and_the_same_the_same() -> None:
    one, same, other = (
        {at for at in range(2000) if drawn(seed, f"p{at}", 0.1)} for seed in ("s", "s", "t" * 300)
    )

    assert one == same
    assert len(one & other) == pytest.approx(20, abs=18)


def test_a_larger_chance_takes_no_draw_back() -> None:
    few, many = ({at for at in range(2000) if drawn("s", f"p{at}", chance)} for chance in (0.1, 0.3))

    assert few < many


def test_the_number_is_the_one_that_another_program_would_find() -> None:
    """By hand: BLAKE2b of the id, keyed with the BLAKE2b of the seed; the upper 53 of 64 bits."""
    key = blake2b(b"autumn", digest_size=32).digest()
    number = int.from_bytes(blake2b("ü-1".encode(), digest_size=8, key=key).digest(), "big")
    assert uniform_number("autumn", "ü-1") == (number // 2**11) / 2**53
