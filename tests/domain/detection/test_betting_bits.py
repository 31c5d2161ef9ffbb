"""However a stream is cut, stored, or bet on beside others: every bit of the bet is the same."""

import json
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.detection.betting import (
    GRID,
    Wealth,
    bet,
    bet_many,
    evidence,
    evidence_each,
    factors,
    stakes,
    start,
)
from tests.domain.detection.bets import OUTCOMES, bet_at_once, bet_singly, same_bits


@settings(max_examples=100, derandomize=True, deadline=None)
@given(stream=OUTCOMES, cuts=st.lists(st.integers(0, 60), max_size=6))
def test_however_the_stream_is_cut_every_bit_is_the_same(
    stream: list[tuple[bool, float, float]], cuts: list[int]
) -> None:
    hits, us, money = np.array(stream, np.float64).T
    lam, seqs = stakes(0.78), [3 * i + 5 for i in range(hits.size)]
    single, batches = start(), start()
    for x, u, w, seq in zip(hits, us, money.tolist(), seqs, strict=True):
        single = bet(single, factors(lam, 0.78, x, u), w, seq)
    edges = [0, *sorted(min(cut, hits.size) for cut in cuts), hits.size]
    for a, b in pairwise(edges):
        played = factors(lam, 0.78, hits[a:b], us[a:b])
        batches = bet_many(batches, played, money[a:b], seqs[a:b]).wealth
    whole = bet_many(start(), factors(lam, 0.78, hits, us), money, seqs).wealth

    assert same_bits(single, whole)
    assert same_bits(batches, whole)


def test_a_stream_longer_than_a_batch_in_memory_has_the_same_bits() -> None:
    rng, lam = np.random.default_rng(1), stakes(0.78)
    xs, us = (rng.random(9000) < 0.85).astype(float), rng.choice([1.0, 0.3], 9000)
    played, money, seqs = factors(lam, 0.78, xs, us), rng.random(9000) / 20, np.arange(9000)
    halves = bet_many(start(), played[:5000], money[:5000], seqs[:5000]).wealth
    halves = bet_many(halves, played[5000:], money[5000:], seqs[5000:]).wealth

    assert same_bits(bet_many(start(), played, money, seqs).wealth, halves)


def test_streams_side_by_side_have_the_bits_of_each_alone() -> None:
    rng, lam = np.random.default_rng(2), stakes(0.6)
    xs, us = rng.integers(0, 2, (40, 3, 2)), rng.choice([1.0, 0.05], (40, 3, 2))
    played, money = factors(lam, 0.6, xs, us), rng.random((40, 3, 2)) / 20
    together = start(3, 2)
    for i in range(40):
        together = bet(together, played[i], money[i], i)
    for a, b in np.ndindex(3, 2):
        alone = bet_many(start(), played[:, a, b], money[:, a, b], np.arange(40)).wealth
        assert same_bits(alone, Wealth(*(getattr(together, name)[a, b] for name in Wealth.__slots__)))
        assert evidence(alone) == evidence_each(together.ratios)[a, b]


def test_stored_as_json_and_read_back_it_bets_on_with_the_same_bits() -> None:
    wealth = bet_singly(0.7430417, [0, 1, 0, 0, 1], [1.0, 0.05, 1 / 3, 0.01, 0.7], first=2**53 + 1)
    restored = Wealth.from_dict(json.loads(json.dumps(wealth.to_dict())))

    assert same_bits(restored, wealth)
    assert restored.restart.dtype == np.int64
    assert len(wealth.to_dict()["ratios"]) == GRID


def test_betting_leaves_the_earlier_wealth_as_it_was() -> None:
    before = bet_singly(0.78, [0, 1])
    copy = Wealth.from_dict(before.to_dict())
    bet(before, factors(stakes(0.78), 0.78, 0, 1.0), 1.0, 2)
    bet_at_once(0.78, [0, 0], before)

    assert same_bits(before, copy)
