"""The verdict on a cell and its coverage: each alone, side by side, and the figures that explain them."""

import math
from datetime import timedelta

import pytest

from monitor.domain.detection.detectability import days_to_page
from monitor.domain.judging.judge import (
    Coverage,
    Facts,
    Judgement,
    Verdict,
    blindness,
    judge,
    lasting_blindness,
    silences,
)
from monitor.domain.judging.reasons import (
    BelowFloor,
    BlindCause,
    EventStream,
    FloorTooLow,
    NoAnchor,
    OnlyMature,
    Reason,
    StreamStopped,
    Suspicion,
    TooFewLabels,
    VerificationBias,
)
from monitor.domain.labelling.unidentified import OnlyOwnLabels

NO_ANCHOR = NoAnchor()
BROKEN = BelowFloor(floor=0.78, evidence=1.2)
SILENT = StreamStopped(EventStream.LABELS, silent_h=96.0, allowed_h=72.0, by_rhythm=False)
SUSPICION = Suspicion(evidence=0.12)
MONEY = 0.0005  # of a page a day
# K = KL(.48, .78) = .21426, 1 - exp(-K) = .19286: ln(1 + .19286/.0005) / K = 27.8 outcomes at one a day. At 2.257 a
# day it is ln(1 + 2.257 x .19286/.0005) / K = 31.6 outcomes, which are 14 days; rounded up.
FEW = TooFewLabels(per_day=1.0, fallen=0.48, days=28.0, needed=2.3, within=14.0)
NONE = TooFewLabels(per_day=0.0, fallen=0.48, days=None, needed=2.3, within=14.0)
LOW = FloorTooLow(floor=0.08, least=0.1)


def judged(
    floor: float | None = 0.78,
    evidence: float = 0.0,
    *,
    paged: bool = False,
    per_day: float = 10.0,
    silent: tuple[StreamStopped, ...] = (),
    money_per_day: float = MONEY,
) -> Judgement:
    facts = Facts(
        floor=floor,
        evidence=evidence,
        money_per_day=money_per_day,
        paged=paged,
        outcomes_per_day=per_day,
        days_to_page=days_to_page(money_per_day, floor, per_day)
        if floor is not None and money_per_day
        else math.inf,
        silent=silent,
    )
    return judge(facts, detect_within_days=14.0)


def test_a_cell_that_keeps_its_promise_is_ok() -> None:
    assert judged() == Judgement(Verdict.OK, ())


def test_a_cell_without_an_anchor_is_unanchored() -> None:
    assert judged(floor=None) == Judgement(Verdict.UNANCHORED, (NO_ANCHOR,), Coverage.NONE)


def test_a_cell_whose_page_stands_is_degraded() -> None:
    assert judged(evidence=1.2, paged=True) == Judgement(Verdict.DEGRADED, (BROKEN,))


def test_a_cell_with_too_few_labels_is_blind() -> None:
    assert judged(per_day=1.0) == Judgement(Verdict.OK, (FEW,), Coverage.BLIND)


def test_a_cell_without_labels_is_blind() -> None:
    assert judged(per_day=0.0) == Judgement(Verdict.OK, (NONE,), Coverage.BLIND)


def test_a_floor_under_a_tenth_cannot_be_judged() -> None:
    assert judged(floor=0.08) == Judgement(Verdict.OK, (LOW,), Coverage.BLIND)
    assert judged(floor=0.10, per_day=1_000.0).coverage is Coverage.SEEN


def test_a_model_without_recent_labels_is_stale() -> None:
    assert judged(silent=(SILENT,)) == Judgement(Verdict.OK, (SILENT,), Coverage.STALE)


def test_three_days_without_labels_are_not_yet_more_than_three() -> None:
    assert judged().coverage is Coverage.SEEN
    assert judged(silent=(SILENT,)).coverage is Coverage.STALE


def test_a_cell_that_has_won_a_tenth_of_a_page_is_a_suspect() -> None:
    assert judged(evidence=0.12) == Judgement(Verdict.SUSPECT, (SUSPICION,))
    assert judged(evidence=0.1).verdict is Verdict.SUSPECT
    assert judged(evidence=0.0999).verdict is Verdict.OK


def test_enough_labels_are_just_enough() -> None:
    assert judged(per_day=2.26).coverage is Coverage.SEEN
    assert judged(per_day=2.25).coverage is Coverage.BLIND


@pytest.mark.parametrize(
    ("judgement", "verdict", "coverage", "reasons"),
    [
        (
            judged(evidence=1.2, paged=True, silent=(SILENT,)),
            Verdict.DEGRADED,
            Coverage.STALE,
            (BROKEN, SILENT),
        ),
        (
            judged(evidence=0.12, per_day=1.0, silent=(SILENT,)),
            Verdict.SUSPECT,
            Coverage.BLIND,
            (SUSPICION, FEW, SILENT),
        ),
        (judged(evidence=0.12, silent=(SILENT,)), Verdict.SUSPECT, Coverage.STALE, (SUSPICION, SILENT)),
        (judged(floor=0.08, evidence=0.12), Verdict.SUSPECT, Coverage.BLIND, (Suspicion(0.12), LOW)),
        (judged(per_day=1.0, silent=(SILENT,)), Verdict.OK, Coverage.BLIND, (FEW, SILENT)),
        (
            judged(floor=None, evidence=9e9, paged=True, silent=(SILENT,)),
            Verdict.UNANCHORED,
            Coverage.NONE,
            (NO_ANCHOR,),
        ),
    ],
)
def test_what_the_evidence_says_and_what_could_be_seen_stand_side_by_side(
    judgement: Judgement, verdict: Verdict, coverage: Coverage, reasons: tuple[Reason, ...]
) -> None:
    assert judgement == Judgement(verdict, reasons, coverage)


def test_a_cell_that_paged_is_not_also_blind_or_a_suspect() -> None:
    assert judged(evidence=1.2, paged=True, per_day=0.1).reasons == (BROKEN,)


def test_verdicts_and_coverages_stand_in_their_order() -> None:
    assert list(Verdict) == ["unanchored", "degraded", "suspect", "ok"]
    assert list(Coverage) == ["none", "blind", "stale", "seen"]


def test_a_page_that_stands_is_degraded_though_the_recovery_has_not_begun_to_win() -> None:
    assert judged(evidence=1.0, paged=True).verdict is Verdict.DEGRADED


def test_the_fall_meant_is_reported_as_it_was_computed() -> None:
    (reason,) = judged(floor=0.40, per_day=1.0).reasons
    assert isinstance(reason, TooFewLabels)
    assert reason.fallen == 0.2


def test_a_cell_that_could_never_page_is_blind() -> None:
    assert judged(money_per_day=0.0).coverage is Coverage.BLIND


def test_labels_that_cannot_tell_recall_make_a_cell_blind_whatever_its_bet_says() -> None:
    bias = VerificationBias((OnlyOwnLabels("refund"),), at_least=0.03)
    facts = Facts(floor=0.78, money_per_day=MONEY, outcomes_per_day=10.0, days_to_page=4.0, bias=bias)
    assert judge(facts, detect_within_days=14.0) == Judgement(Verdict.OK, (bias,), Coverage.BLIND)


def test_where_misses_are_labelled_sooner_the_reasons_say_who_is_judged() -> None:
    mature = timedelta(hours=60)
    facts = Facts(floor=0.78, money_per_day=MONEY, outcomes_per_day=10.0, days_to_page=4.0, maturity=mature)
    assert judge(facts, detect_within_days=14.0) == Judgement(Verdict.OK, (OnlyMature(days=2.5),))


def test_the_days_to_a_page_are_those_of_the_weights_where_labels_are_weighed() -> None:
    facts = Facts(floor=0.78, money_per_day=MONEY, outcomes_per_day=10.0, days_to_page=28.0)
    assert judge(facts, detect_within_days=14.0).reasons == (
        # 280 labels in 28 days: K = .02165, as ln(1 + 20,000 (1 - exp(-K))) / K = 280; in 14 days it takes 318.
        TooFewLabels(per_day=10.0, fallen=0.48, days=28.0, needed=22.8, within=14.0),
    )


BIAS = VerificationBias((OnlyOwnLabels("refund"),), at_least=0.03)


BLIND_BY_BIAS = Judgement(Verdict.OK, (BIAS, FEW), Coverage.BLIND)
OLD = "too few labels: as an earlier version wrote it"


@pytest.mark.parametrize(
    ("judgement", "lasting"),
    [
        (
            Judgement(Verdict.OK, (FEW, SILENT), Coverage.BLIND),
            (BlindCause.TOO_FEW_LABELS, FEW),
        ),
        (BLIND_BY_BIAS, (BlindCause.VERIFICATION_BIAS, BIAS)),
        # a suspicion hides no blindness
        (
            Judgement(Verdict.SUSPECT, (SUSPICION, FEW), Coverage.BLIND),
            (BlindCause.TOO_FEW_LABELS, FEW),
        ),
        (Judgement(Verdict.OK, (LOW,), Coverage.BLIND), None),  # another floor is for whoever anchors it
        (
            Judgement(Verdict.DEGRADED, (BROKEN, BIAS), Coverage.BLIND),
            None,
        ),  # it has paged: there is an incident
        (Judgement(Verdict.OK, (OLD,), Coverage.BLIND), None),
    ],
)
def test_a_cell_is_lastingly_blind_for_want_of_labels_or_for_those_it_has(
    judgement: Judgement, lasting: tuple[BlindCause, Reason] | None
) -> None:
    assert lasting_blindness(judgement) == lasting


def test_every_blind_cell_has_a_cause() -> None:
    bare = judged(money_per_day=0.0)
    assert [blindness(each) and blindness(each)[0] for each in (judged(floor=0.08), bare, BLIND_BY_BIAS)] == [  # type: ignore[index]
        BlindCause.FLOOR_TOO_LOW,
        BlindCause.NO_MONEY,
        BlindCause.VERIFICATION_BIAS,
    ]
    assert blindness(judged(silent=(SILENT,))) is None


def test_a_stream_that_stopped_is_known_whatever_the_verdict() -> None:
    assert silences(Judgement(Verdict.SUSPECT, (SUSPICION, FEW, SILENT), Coverage.BLIND)) == [SILENT]
    assert silences(Judgement(Verdict.DEGRADED, (BROKEN,))) == []
