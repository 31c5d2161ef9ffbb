"""One cell's detector: it pages, stays paged, recovers and begins again, however its stream is cut."""

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.detection import detector as detecting
from monitor.domain.detection.betting import GRID
from monitor.domain.detection.detector import Detector, Signal, SignalKind, advance, fresh, loads
from monitor.domain.detection.money import Income, Rate
from monitor.domain.detection.outcomes import outcomes
from monitor.domain.events.microseconds import DAY_US

HIT, MISS = True, False
FALL = [MISS] * 5  # pages at a floor of .50 where a twentieth of a page joins every day
INCOME = Income((Rate(0, 1 / 20),))


@pytest.fixture(autouse=True)
def _by_each_outcomes_own_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the median over five, what each outcome brings is plain; `steady` has tests of its own."""
    monkeypatch.setattr(detecting, "steady", lambda _, times_us: times_us)


def fed(
    detector: Detector,
    hits: list[bool],
    *,
    floor: float = 0.5,
    income: Income = INCOME,
    weights: list[float] | None = None,
    early: list[int] | None = None,
) -> tuple[Detector, list[Signal]]:
    """The detector after these outcomes, numbered 10, 20, 30, … from the first it ever saw.

    They became known a day after each other, or so many days `early`.
    """
    days = [detector.outcomes + i + 1 for i in range(len(hits))]
    us = np.array(weights if weights is not None else [1.0] * len(hits))
    known = [(day - soon) * DAY_US for day, soon in zip(days, early or [0] * len(hits), strict=True)]
    return advance(detector, floor, income, outcomes(hits, us, [10 * day for day in days], known))


def in_parts(
    hits: list[bool], cuts: list[int], floor: float, *, light: float = 1.0, soon: int = 0, stored: bool
) -> tuple[Detector, list[Signal]]:
    weights = [light if i % 3 else 1.0 for i in range(len(hits))]
    early = [0 if i % 4 else soon for i in range(len(hits))]
    detector, signals_so_far, begin = fresh(), [], 0
    for end in [*sorted(min(cut, len(hits)) for cut in cuts), len(hits)]:
        detector, signals = fed(
            detector, hits[begin:end], floor=floor, weights=weights[begin:end], early=early[begin:end]
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
    assert detector.evidence == pytest.approx(1.51 / 20)
    assert (detector.outcomes, detector.last_seq, signals) == (1, 10, [])


def test_it_pages_at_the_outcome_that_reaches_a_page_with_what_it_had_won() -> None:
    # A twentieth of mean L + ... + mean L^5 = 1.51 + 2.3566 + 3.7895 + 6.2559 + 10.5632; of four, .70.
    detector, signals = fed(fresh(), FALL)
    assert places(signals) == [("paged", 50, 10)]
    assert signals[0].evidence == pytest.approx(24.4752 / 20, abs=1e-5)
    assert detector.paged == signals[0]


def test_a_hair_less_money_does_not_page_where_as_much_as_it_takes_does() -> None:
    needed = 1 / 20 / fed(fresh(), FALL)[0].evidence  # a day, so that five misses make a page
    enough, short = (Income((Rate(0, needed * hair),)) for hair in (1 + 1e-12, 1 - 1e-12))
    assert places(fed(fresh(), FALL, income=enough)[1]) == [("paged", 50, 10)]
    assert fed(fresh(), FALL, income=short)[1] == []


def test_after_a_month_without_labels_an_outcome_brings_the_money_of_the_month() -> None:
    income = Income((Rate(0, 0.001),))
    detector, _ = advance(fresh(), 0.5, income, outcomes([MISS], np.ones(1), [1], [DAY_US]))
    detector, _ = advance(detector, 0.5, income, outcomes([MISS], np.ones(1), [2], [31 * DAY_US]))
    # 1 and then 30 thousandths: mean L^2 of the first, mean L of the second.
    assert detector.evidence == pytest.approx(0.001 * 2.3566 + 0.030 * 1.51)


@pytest.mark.parametrize("cuts", [[], [1], [1, 2]])
def test_an_outcome_that_was_known_before_the_last_one_brings_no_money(cuts: list[int]) -> None:
    income = Income((Rate(0, 0.001),))
    days = [10, 4, 12]
    came = outcomes([MISS] * 3, np.ones(3), [1, 2, 3], [day * DAY_US for day in days])
    detector = fresh()
    for begin, end in pairwise([0, *cuts, 3]):
        detector, _ = advance(detector, 0.5, income, came.part(begin, end))
    assert detector.evidence == pytest.approx(0.010 * 3.789496 + 0.002 * 1.51)
    assert detector.last_us == 12 * DAY_US


def test_while_a_page_stands_no_money_is_laid_aside_for_afterwards() -> None:
    recovered, _ = fed(fresh(), [*FALL, *[HIT] * 10])
    assert fed(recovered, [MISS])[0].evidence == pytest.approx(1.51 / 20)  # a day's, not sixteen days'


def test_a_page_in_the_middle_of_a_batch_counts_though_hits_follow_it() -> None:
    detector, signals = fed(fresh(), [*FALL, *[HIT] * 5])
    assert places(signals) == [("paged", 50, 10)]
    assert detector.paged is not None


def test_a_page_stands_and_keeps_its_evidence_whatever_misses_follow() -> None:
    paged, _ = fed(fresh(), FALL)
    later, signals = fed(paged, [MISS] * 50)
    assert signals == []
    assert later.paged == paged.paged
    assert later.evidence == paged.evidence


def test_the_evidence_since_the_release_goes_on_while_a_page_stands() -> None:
    paged, _ = fed(fresh(), FALL)
    assert paged.since_release == pytest.approx(10.5632, abs=1e-4)  # mean L^5
    assert fed(paged, [MISS])[0].since_release > 10.57


def test_no_outcomes_change_nothing() -> None:
    paged, _ = fed(fresh(), FALL)
    same, signals = fed(paged, [])
    assert (same.dumps(), signals) == (paged.dumps(), [])


def test_it_recovers_on_ten_hits_and_never_before() -> None:
    paged, _ = fed(fresh(), FALL)
    assert fed(paged, [HIT] * 9)[1] == []
    recovered, signals = fed(paged, [HIT] * 10)
    assert places(signals) == [("recovered", 150, -1)]
    assert (recovered.paged, recovered.healing) == (None, None)


def test_after_a_recovery_it_begins_again_from_nothing() -> None:
    recovered, _ = fed(fresh(), [*FALL, *[HIT] * 10])
    assert recovered.evidence == 0.0
    assert fed(recovered, [MISS])[0].evidence == pytest.approx(1.51 / 20)


def test_after_a_recovery_it_can_page_again_with_an_onset_after_it() -> None:
    _, signals = fed(fresh(), [*FALL, *[HIT] * 10, *FALL])
    assert places(signals) == [("paged", 50, 10), ("recovered", 150, -1), ("paged", 200, 160)]


def test_a_recovery_does_not_give_back_the_evidence_since_the_release() -> None:
    hits = [*FALL, *[HIT] * 10]
    never_paged, _ = fed(fresh(), hits, income=Income(()))
    assert fed(fresh(), hits)[0].since_release == pytest.approx(never_paged.since_release)


def test_a_light_label_moves_the_bet_less() -> None:
    # f = .50: mean lam = 1.02; half the weight: 1 + 1.02 x .5 x .5.
    assert fed(fresh(), [MISS], weights=[0.5])[0].evidence == pytest.approx(1.255 / 20)


STREAMS = st.lists(
    st.sampled_from([[HIT] * 12, [MISS] * 6, [HIT], [MISS], [HIT, HIT, MISS]]), max_size=14
).map(lambda parts: [hit for part in parts for hit in part])


@settings(max_examples=150, derandomize=True, deadline=None)
@given(
    hits=STREAMS,
    cuts=st.lists(st.integers(0, 120), max_size=8),
    floor=st.sampled_from([0.5, 0.78]),
    light=st.sampled_from([1.0, 0.5]),
    soon=st.sampled_from([0, 3, 200]),
    stored=st.booleans(),
)
def test_however_the_stream_is_cut_and_stored_every_bit_is_the_same(
    hits: list[bool], cuts: list[int], floor: float, light: float, soon: int, *, stored: bool
) -> None:
    whole, signals_so_far = in_parts(hits, [], floor, light=light, soon=soon, stored=False)
    parts, again = in_parts(hits, cuts, floor, light=light, soon=soon, stored=stored)
    assert parts.dumps() == whole.dumps()
    assert places(again) == places(signals_so_far)


def test_the_streams_above_do_page_and_recover() -> None:
    hits = [MISS] * 6 + [HIT] * 24 + [MISS] * 6 + [HIT] * 24
    _, signals_so_far = in_parts(hits, [], 0.5, stored=False)
    assert [s.kind for s in signals_so_far] == [SignalKind.PAGED, SignalKind.RECOVERED] * 2


@pytest.mark.parametrize("hits", [[], [MISS], FALL, [*FALL, HIT, HIT, MISS], [*FALL, *[HIT] * 10]])
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
    paged, _ = fed(fresh(), [*FALL, HIT])
    assert json.loads(paged.dumps())[1:4] == [6, 60, 6 * DAY_US]


def no_number() -> Detector:
    """A page whose recovery's bet is no number any more."""
    paged, _ = fed(fresh(), FALL)
    assert paged.healing is not None
    return replace(paged, healing=replace(paged.healing, ratios=np.full(GRID, np.nan)))


def test_a_bet_that_is_no_number_is_not_stored() -> None:
    with pytest.raises(ValueError, match="the bet on a recovery holds what is no number after outcome 50"):
        no_number().dumps()


def test_a_recovery_that_an_earlier_version_stored_as_nulls_begins_again() -> None:
    paged, _ = fed(fresh(), FALL)
    stored = json.loads(paged.dumps())
    stored[6]["ratios"] = [None] * GRID
    assert loads(json.dumps(stored)).dumps() == paged.dumps()
