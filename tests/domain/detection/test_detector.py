"""One cell's detector: it pages, stays paged, recovers and begins again, however its stream is cut."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.detection.detector import Detector, Signal, SignalKind, advance, fresh, loads

HIT, MISS = True, False


def fed(
    detector: Detector,
    hits: list[bool],
    *,
    floor: float = 0.5,
    threshold: float = 3.0,
    weights: list[float] | None = None,
) -> tuple[Detector, list[Signal]]:
    """The detector after these outcomes, numbered 10, 20, 30, … from the first it ever saw."""
    first = detector.outcomes
    return advance(
        detector,
        floor,
        threshold,
        hits,
        np.array(weights if weights is not None else [1.0] * len(hits)),
        [10 * (first + i + 1) for i in range(len(hits))],
    )


def in_parts(
    hits: list[bool], weights: list[float], cuts: list[int], floor: float, threshold: float, *, stored: bool
) -> tuple[Detector, list[Signal]]:
    detector, signals_so_far, begin = fresh(), [], 0
    for end in [*sorted(min(cut, len(hits)) for cut in cuts), len(hits)]:
        detector, signals = fed(
            detector, hits[begin:end], floor=floor, threshold=threshold, weights=weights[begin:end]
        )
        signals_so_far += signals
        begin = end
        if stored:
            detector = loads(detector.dumps())
    return detector, signals_so_far


def places(signals: list[Signal]) -> list[tuple[str, int, int]]:
    return [(signal.kind.value, signal.seq, signal.onset) for signal in signals]


def test_a_fresh_detector_has_won_nothing_and_seen_nothing() -> None:
    detector = fresh()
    assert (detector.evidence, detector.since_release) == (0.0, 1.0)
    assert (detector.outcomes, detector.last_seq, detector.paged) == (0, -1, None)


def test_a_miss_by_hand() -> None:
    # f = .50: mean q = .245; a miss pays L = 2(1 - q), on average 1.51.
    detector, signals = fed(fresh(), [MISS])
    assert detector.evidence == pytest.approx(1.51)
    assert (detector.outcomes, detector.last_seq, signals) == (1, 10, [])


def test_it_pages_at_the_outcome_that_reaches_the_threshold_with_what_it_had_won() -> None:
    # The second miss: mean L^2 + mean L = 2.3566 + 1.51 = 3.8666.
    detector, signals = fed(fresh(), [MISS, MISS])
    assert places(signals) == [("paged", 20, 10)]
    assert signals[0].evidence == pytest.approx(3.8666)
    assert detector.paged == signals[0]


def test_it_pages_where_the_threshold_is_just_reached() -> None:
    exact = fed(fresh(), [MISS])[0].evidence
    assert places(fed(fresh(), [MISS], threshold=exact)[1]) == [("paged", 10, 10)]
    assert fed(fresh(), [MISS], threshold=math.nextafter(exact, math.inf))[1] == []


def test_a_page_in_the_middle_of_a_batch_counts_though_hits_follow_it() -> None:
    detector, signals = fed(fresh(), [MISS, MISS, *[HIT] * 5])
    assert places(signals) == [("paged", 20, 10)]
    assert detector.paged is not None


def test_a_page_stands_and_keeps_its_evidence_whatever_misses_follow() -> None:
    paged, _ = fed(fresh(), [MISS, MISS])
    later, signals = fed(paged, [MISS] * 50)
    assert signals == []
    assert later.paged == paged.paged
    assert later.evidence == paged.evidence


def test_the_evidence_since_the_release_goes_on_while_a_page_stands() -> None:
    paged, _ = fed(fresh(), [MISS, MISS])
    assert paged.since_release == pytest.approx(2.3566)
    assert fed(paged, [MISS])[0].since_release > 2.3566


def test_no_outcomes_change_nothing() -> None:
    paged, _ = fed(fresh(), [MISS, MISS])
    same, signals = fed(paged, [])
    assert (same.dumps(), signals) == (paged.dumps(), [])


def test_it_recovers_on_ten_hits_and_never_before() -> None:
    paged, _ = fed(fresh(), [MISS, MISS])
    assert fed(paged, [HIT] * 9)[1] == []
    recovered, signals = fed(paged, [HIT] * 10)
    assert places(signals) == [("recovered", 120, -1)]
    assert (recovered.paged, recovered.healing) == (None, None)


def test_after_a_recovery_it_begins_again_from_nothing() -> None:
    recovered, _ = fed(fresh(), [MISS, MISS, *[HIT] * 10])
    assert recovered.evidence == 0.0
    assert fed(recovered, [MISS])[0].evidence == pytest.approx(1.51)


def test_after_a_recovery_it_can_page_again_with_an_onset_after_it() -> None:
    _, signals = fed(fresh(), [MISS, MISS, *[HIT] * 10, MISS, MISS])
    assert places(signals) == [("paged", 20, 10), ("recovered", 120, -1), ("paged", 140, 130)]


def test_a_recovery_does_not_give_back_the_evidence_since_the_release() -> None:
    hits = [MISS, MISS, *[HIT] * 10]
    never_paged, _ = fed(fresh(), hits, threshold=math.inf)
    assert fed(fresh(), hits)[0].since_release == pytest.approx(never_paged.since_release)


def test_a_light_label_moves_the_bet_less() -> None:
    # f = .50: mean lam = 1.02; half the weight: 1 + 1.02 x .5 x .5.
    assert fed(fresh(), [MISS], weights=[0.5])[0].evidence == pytest.approx(1.255)


STREAMS = st.lists(
    st.sampled_from([[HIT] * 12, [MISS] * 6, [HIT], [MISS], [HIT, HIT, MISS]]), max_size=14
).map(lambda parts: [hit for part in parts for hit in part])


@settings(max_examples=150, derandomize=True, deadline=None)
@given(
    hits=STREAMS,
    cuts=st.lists(st.integers(0, 120), max_size=8),
    floor=st.sampled_from([0.5, 0.78]),
    light=st.sampled_from([1.0, 0.5]),
    stored=st.booleans(),
)
def test_however_the_stream_is_cut_and_stored_every_bit_is_the_same(
    hits: list[bool], cuts: list[int], floor: float, light: float, *, stored: bool
) -> None:
    weights = [light if i % 3 else 1.0 for i in range(len(hits))]
    whole, signals_so_far = in_parts(hits, weights, [], floor, 20.0, stored=False)
    parts, again = in_parts(hits, weights, cuts, floor, 20.0, stored=stored)
    assert parts.dumps() == whole.dumps()
    assert places(again) == places(signals_so_far)


def test_the_streams_above_do_page_and_recover() -> None:
    hits = [MISS] * 6 + [HIT] * 24 + [MISS] * 6 + [HIT] * 24
    _, signals_so_far = in_parts(hits, [1.0] * len(hits), [], 0.5, 20.0, stored=False)
    assert [s.kind for s in signals_so_far] == [SignalKind.PAGED, SignalKind.RECOVERED] * 2


@pytest.mark.parametrize(
    "hits", [[], [MISS], [MISS, MISS], [MISS, MISS, HIT, HIT, MISS], [MISS, MISS, *[HIT] * 10]]
)
def test_what_is_stored_comes_back_to_the_last_bit(hits: list[bool]) -> None:
    detector, _ = fed(fresh(), hits)
    back = loads(detector.dumps())
    assert back.dumps() == detector.dumps()
    assert (back.evidence, back.since_release) == (detector.evidence, detector.since_release)
    assert (back.outcomes, back.last_seq, back.paged) == (
        detector.outcomes,
        detector.last_seq,
        detector.paged,
    )
    for name in ("ratios", "log_c", "restart", "log_product"):
        stored, kept = getattr(back.wealth, name), getattr(detector.wealth, name)
        assert stored.tobytes() == kept.tobytes()
    assert (back.healing is None) == (detector.healing is None)


def test_what_is_stored_is_json() -> None:
    paged, _ = fed(fresh(), [MISS, MISS, HIT])
    assert json.loads(paged.dumps())[1:3] == [3, 30]
