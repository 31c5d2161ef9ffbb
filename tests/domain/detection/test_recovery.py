"""A cell that paged comes back on positive evidence only, never because nothing was seen."""

import json

import numpy as np
import pytest

from monitor.domain.detection.betting import evidence_each
from monitor.domain.detection.recovery import (
    LAST,
    Recovery,
    broken,
    heal,
    heal_many,
    recovered,
    recovery_stakes,
)


def rich(hits: list[float], weights: list[float], evidence: float = 1e6) -> Recovery:
    """A state with far more evidence than it takes, unless stated; its last outcomes are in doubt."""
    return Recovery.from_dict({"ratios": [evidence] * 16, "hits": hits, "weights": weights})


def test_a_hit_and_a_miss_by_hand() -> None:
    # f = .50: q_j = .53, .56, ..., .98, mean .755; a hit pays q/f, a miss (1 - q)/(1 - f).
    lam = recovery_stakes(0.5)

    assert evidence_each(heal(broken(), lam, 0.5, 1, 1.0).ratios) == pytest.approx(1.51)
    assert evidence_each(heal(broken(), lam, 0.5, 0, 1.0).ratios) == pytest.approx(0.49)


def test_a_floor_close_to_one_still_leaves_a_recall_to_bet_on() -> None:
    # r = .97: r + .03 would be 1, so all bet on (1 + r)/2 = .985: .015 / (.97 x .03).
    np.testing.assert_allclose(recovery_stakes(0.97), np.full(16, 0.5154639175))


def test_a_cell_without_outcomes_never_recovers() -> None:
    assert not recovered(broken(), 0.10)
    assert heal_many(broken(), recovery_stakes(0.10), 0.10, [], []).resolved is None


def test_evidence_alone_is_not_enough_before_ten_outcomes_have_been_seen() -> None:
    # f = .10: a hit pays the boldest 9.8, so three hits make 200, but the tenth outcome resolves.
    lam = recovery_stakes(0.10)
    third = heal_many(broken(), lam, 0.10, np.ones(3), np.ones(3))

    assert evidence_each(third.recovery.ratios) > 200
    assert third.resolved is None
    assert heal_many(broken(), lam, 0.10, np.ones(20), np.ones(20)).resolved == LAST - 1


def test_ten_hits_without_the_evidence_do_not_resolve() -> None:
    # f = .95: a hit pays at most .98/.95; ten of them with all who joined later make some 11 to 1.
    healing = heal_many(broken(), recovery_stakes(0.95), 0.95, np.ones(10), np.ones(10))

    assert healing.resolved is None


@pytest.mark.parametrize(("evidence", "expected"), [(199.9, False), (200.0, True)])
def test_it_takes_odds_of_200_to_1(evidence: float, expected: bool) -> None:
    assert recovered(rich([1.0] * 10, [1.0] * 10, evidence), 0.78) is expected


def test_misses_never_resolve() -> None:
    assert heal_many(broken(), recovery_stakes(0.5), 0.5, np.zeros(500), np.ones(500)).resolved is None


@pytest.mark.parametrize(("hits", "expected"), [(7, False), (8, True)])
def test_the_last_ten_must_be_at_the_floor_too(hits: int, expected: bool) -> None:
    assert recovered(rich([1.0] * hits + [0.0] * (10 - hits), [1.0] * 10), 0.78) is expected


def test_seven_of_ten_reach_a_floor_of_exactly_seven_tenths() -> None:
    assert recovered(rich([1.0] * 7 + [0.0] * 3, [0.1] * 10), 0.7)


def test_the_last_ten_count_with_their_weights() -> None:
    # Nine light hits and a heavy miss: .45 / 1.45 = .31.
    assert not recovered(rich([1.0] * 9 + [0.0], [0.05] * 9 + [1.0]), 0.78)


def test_only_the_last_ten_are_kept_newest_last() -> None:
    state, lam = broken(), recovery_stakes(0.5)
    for x in [1, 1, 1, 0, 1, 0, 0, 1, 1, 1, 1, 0]:
        state = heal(state, lam, 0.5, x, 0.5)

    assert state.hits.tolist() == [1, 0, 1, 0, 0, 1, 1, 1, 1, 0]
    assert state.weights.tolist() == [0.5] * 10


def test_outcomes_behind_the_resolving_one_are_left_alone() -> None:
    lam = recovery_stakes(0.5)
    healing = heal_many(broken(), lam, 0.5, [1.0] * 12 + [0.0] * 5, np.ones(17))

    assert healing.resolved is not None
    assert healing.resolved < 12
    assert healing.recovery.hits.tolist() == [1.0] * 10


def test_stored_as_json_and_read_back_it_is_the_same_to_the_last_bit() -> None:
    state = heal_many(broken(), recovery_stakes(0.743), 0.743, [1, 0, 1], [1.0, 1 / 3, 0.01]).recovery
    restored = Recovery.from_dict(json.loads(json.dumps(state.to_dict())))

    for name in Recovery.__slots__:
        assert getattr(restored, name).tobytes() == getattr(state, name).tobytes()


@pytest.mark.parametrize("floor", [0.05, 1.0])
def test_a_floor_that_leaves_no_room_for_a_bet_is_refused(floor: float) -> None:
    with pytest.raises(ValueError, match="floor"):
        recovery_stakes(floor)
