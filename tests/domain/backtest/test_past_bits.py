"""A cell's past as bits reads back as it was, a chunk at a time, and takes a bit and a time of an outcome."""

import numpy as np
import pytest

from monitor.domain.backtest.past_bits import DESIGNS, PastBits, packed
from monitor.domain.events.types import Design

HITS = [True, False, False, True, True, False, True, True, False, True, True]


@pytest.fixture
def past() -> PastBits:
    count = len(HITS)
    return PastBits(
        packed(np.array(HITS)),
        np.arange(count, dtype=np.int64) * 1_000,
        np.array([DESIGNS.index(Design.UNIFORM), DESIGNS.index(Design.UNKNOWN)] * 5 + [0], np.int8),
        np.array([0.1, np.nan] * 5 + [0.1]),
        np.array([1] * 6 + [0] * 5, np.int32),
        ("refund", "export"),
        np.array([7, -1] * 5 + [9]),
        packed(~np.array(HITS)),
    )


@pytest.mark.parametrize("size", [8, 16, 800])
def test_it_reads_back_as_it_was_however_it_is_cut(past: PastBits, size: int) -> None:
    chunks = list(past.chunks(size))
    assert [hit for some in chunks for hit in some.hits] == HITS
    assert [seq for some in chunks for seq in some.seqs] == list(range(len(HITS)))
    assert [at for some in chunks for at in some.known_us] == list(range(0, 11_000, 1_000))
    assert [each for some in chunks for each in some.chosen] == [
        *[(Design.UNIFORM, 0.1), (Design.UNKNOWN, None)] * 5,
        (Design.UNIFORM, 0.1),
    ]
    assert [intent for some in chunks for intent in some.intents] == ["export"] * 6 + ["refund"] * 5
    assert [whose for some in chunks for whose in some.customers] == [*[7, None] * 5, 9]
    assert [agreed for some in chunks for agreed in some.agreed] == [not hit for hit in HITS]


def test_hits_and_times_alone_take_a_bit_and_eight_bytes_an_outcome() -> None:
    past = PastBits(packed(np.ones(8_000, np.bool_)), np.zeros(8_000, np.int64))
    assert past.bytes_held == 8_000 * 8 + 1_000
    (some,) = past.chunks()
    assert (sum(some.hits), some.chosen, some.customers) == (8_000, [], [])
