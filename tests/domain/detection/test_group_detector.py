"""A group's detector: half of its money is on the mean, half on some of its members, and both page together."""

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.detection import betting
from monitor.domain.detection import detector as detecting
from monitor.domain.detection.agreement import agree
from monitor.domain.detection.detector import (
    Detector,
    Signal,
    SignalKind,
    advance,
    fresh,
    loads,
)
from monitor.domain.detection.ends import ended, resumed
from monitor.domain.detection.group import IntentGroup, MemberAnchor, group, group_factors, unmixed
from monitor.domain.detection.money import Income, Rate
from monitor.domain.detection.outcomes import Outcomes, outcomes
from monitor.domain.detection.some_of_many import bet_on_some, no_starts
from monitor.domain.events.microseconds import DAY_US
from tests.domain.detection.members import ANCHORS

MEMBERS = group(ANCHORS)
MANY = group({f"i{number:02}": MemberAnchor(0.88, None) for number in range(20)})
INCOME = Income((Rate(0, 0.01),))
Label = tuple[str, bool]  # intent, hit


@pytest.fixture(autouse=True)
def _by_each_outcomes_own_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the median over five, what each outcome brings is plain; `steady` has tests of its own."""
    monkeypatch.setattr(detecting, "steady", lambda _, times_us: times_us)


def came(stream: list[Label], *, first: int = 0, a_day: int = 3) -> Outcomes:
    """Outcomes numbered 10, 20, …, so many a day, from the first day on; every third counts half."""
    places = range(first, first + len(stream))
    weights = np.array([1.0 if place % 3 else 0.5 for place in places])
    return outcomes(
        [hit for _, hit in stream],
        weights,
        [10 * (place + 1) for place in places],
        [DAY_US + place * DAY_US // a_day for place in places],
        [intent for intent, _ in stream],
    )


def fed(
    detector: Detector, stream: list[Label], members: IntentGroup = MEMBERS, **how: int
) -> tuple[Detector, list[Signal]]:
    return advance(detector, members, INCOME, came(stream, first=detector.outcomes, **how))


def days(recall_of: dict[str, float], number: int, seed: int) -> list[Label]:
    """A label of each of these members a day."""
    rng = np.random.default_rng(seed)
    return [
        (intent, bool(rng.random() < recall)) for _ in range(number) for intent, recall in recall_of.items()
    ]


def test_a_miss_by_hand() -> None:
    # A promise of .95 is held to .85. On the mean: q on average .42, a miss pays 1 + .43/.1275 x .85 = 3.866667.
    # On some of one: 3/4 + 1/4 (3.833333 + 1.85)/2 = 1.460417. Half of a day's .01 is bet on each.
    alone = group({"promised": MemberAnchor(0.95, None)})
    miss = outcomes([False], np.ones(1), [10], [DAY_US], ["promised"])
    detector, _ = advance(fresh(), alone, INCOME, miss)

    assert betting.evidence(detector.wealth) == pytest.approx(0.005 * 3.866667, rel=1e-6)
    assert detector.some_evidence == pytest.approx(0.005 * 1.460417, rel=1e-6)
    assert detector.evidence == pytest.approx(0.005 * (3.866667 + 1.460417), rel=1e-6)


def test_its_evidence_is_that_of_both_bets_each_with_half_of_the_money() -> None:
    stream = days(dict.fromkeys(MEMBERS.intents, 0.8), 12, seed=1)
    detector, signals = fed(fresh(), stream)
    assert not signals
    labels = came(stream)
    money = INCOME.deposits(None, labels.known_us) / 2
    args = (labels.intents, labels.hits, labels.weights)
    mean = betting.bet_many(
        betting.start(), group_factors(MEMBERS, unmixed(MEMBERS), *args).factor, money, labels.seqs
    )
    numbers = labels.known_us // DAY_US
    some = bet_on_some(MEMBERS, no_starts(MEMBERS), *args, money, numbers, labels.seqs)

    assert detector.evidence == betting.evidence(mean.wealth) + some.evidence[-1]
    assert (betting.evidence(detector.wealth), detector.some_evidence) > (0, 0)


def test_it_pages_when_both_together_have_won_a_page() -> None:
    detector, (page, *_) = fed(fresh(), days(dict.fromkeys(MEMBERS.intents, 0.3), 20, seed=2))
    before, signals = fed(
        fresh(), days(dict.fromkeys(MEMBERS.intents, 0.3), 20, seed=2)[: page.seq // 10 - 1]
    )

    assert not signals
    assert before.evidence < 1 <= page.evidence
    assert page.kind is SignalKind.PAGED
    assert betting.evidence(detector.wealth) < 1
    assert detector.some_evidence < 1
    assert detector.evidence == page.evidence  # it stands still while the page stands


def test_a_fall_of_few_is_found_by_the_bet_on_some_and_begins_where_they_fell() -> None:
    healthy = days(dict.fromkeys(MANY.intents, 0.88), 30, seed=3)
    fallen = dict.fromkeys(MANY.intents, 0.88) | dict.fromkeys(MANY.intents[:5], 0.2)
    detector, (page, *_) = fed(fresh(), healthy + days(fallen, 15, seed=3), MANY, a_day=20)

    assert detector.some_evidence > betting.evidence(detector.wealth)
    assert detecting.by_some(detector)
    assert abs(page.onset - 10 * len(healthy)) <= 10 * 20 * 2  # within two days
    assert (page.onset - 10) % 200 == 0  # with the first outcome of a day


def test_a_fall_of_all_is_found_by_the_bet_on_the_mean() -> None:
    stream = days(dict.fromkeys(MANY.intents, 0.88), 30, seed=4) + days(
        dict.fromkeys(MANY.intents, 0.4), 9, seed=4
    )
    detector, (page, *_) = fed(fresh(), stream, MANY, a_day=20)

    assert not detecting.by_some(detector)
    assert page.onset == betting.onset(detector.wealth)


FELL = MANY.intents[:5]


def paged_by_some() -> tuple[Detector, int]:
    """Twenty members, five of which fell: the state at the page, and how many labels that took."""
    fallen = dict.fromkeys(MANY.intents, 0.88) | dict.fromkeys(FELL, 0.2)
    stream = days(dict.fromkeys(MANY.intents, 0.88), 30, seed=3) + days(fallen, 15, seed=3)
    _, (page, *_) = fed(fresh(), stream, MANY, a_day=20)
    detector, _ = fed(fresh(), stream[: page.seq // 10], MANY, a_day=20)
    return detector, page.seq // 10


def test_those_that_never_fell_are_no_evidence_that_some_are_back() -> None:
    detector, seen = paged_by_some()
    fallen = dict.fromkeys(MANY.intents, 0.95) | dict.fromkeys(FELL, 0.45)
    after, signals = advance(detector, MANY, INCOME, came(days(fallen, 60, seed=5), first=seen, a_day=20))

    assert [signal.kind for signal in signals] == []
    assert after.paged == detector.paged


def test_it_is_over_when_those_that_fell_are_back() -> None:
    detector, seen = paged_by_some()
    stream = days(dict.fromkeys(MANY.intents, 0.95), 60, seed=5)
    whole, (over,) = advance(detector, MANY, INCOME, came(stream, first=seen, a_day=20))

    assert over.kind is SignalKind.RECOVERED
    assert stream[over.seq // 10 - 1 - seen][0] in FELL
    assert whole.paged is None
    cut = detector
    for begin in range(0, len(stream), 7):
        cut, _ = advance(cut, MANY, INCOME, came(stream, first=seen, a_day=20).part(begin, begin + 7))
    assert cut.dumps() == whole.dumps()


def test_a_label_of_a_day_before_begins_no_start() -> None:
    detector, _ = fed(fresh(), [("erasure", True)], a_day=1)
    detector, _ = fed(detector, [("erasure", True), ("promised", True)], a_day=1)
    earlier = outcomes([True], np.ones(1), [50], [DAY_US], ["erasure"])
    detector, _ = advance(detector, MEMBERS, INCOME, earlier)
    detector, _ = fed(detector, [("erasure", True)], a_day=1)

    assert detector.starts is not None
    assert detector.starts.days.tolist() == [1, 2, 3, 5]
    assert detector.starts.seqs.tolist() == [10, 20, 30, 50]


BROKEN: list[Label] = [(intent, False) for intent in MEMBERS.intents] * 8
WELL: list[Label] = [(intent, True) for intent in MEMBERS.intents] * 25


@pytest.mark.parametrize("how", ["recovered", "ended by a person"])
def test_after_a_page_both_bets_begin_from_nothing_with_no_money_of_its_time(how: str) -> None:
    broken, signals = fed(fresh(), BROKEN)
    assert [signal.kind for signal in signals] == [SignalKind.PAGED]
    if how == "recovered":
        over, signals = fed(broken, WELL)
        healed = next(signal.seq // 10 for signal in signals if signal.kind is SignalKind.RECOVERED)
        over, _ = fed(broken, WELL[: healed - broken.outcomes])
    else:
        over = resumed(ended(broken, broken.last_seq, MEMBERS), MEMBERS)

    assert over.evidence == 0
    assert over.starts is None
    again, _ = fed(over, [("promised", False)], a_day=1000)  # known before the last, so it brings nothing
    assert again.evidence == 0
    again, _ = fed(over, [("promised", False)])
    assert again.starts is not None
    assert again.starts.money.tolist() == pytest.approx([0.01 / 3 / 2])


streams = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(MEMBERS.intents), st.booleans()).map(lambda label: [label]),
        st.sampled_from([BROKEN, WELL]),
    ),
    min_size=1,
    max_size=8,
).map(lambda parts: [label for part in parts for label in part])


@settings(max_examples=40, derandomize=True, deadline=None)
@given(stream=streams, cuts=st.lists(st.integers(0, 200), max_size=6))
def test_however_the_stream_is_cut_and_stored_every_bit_is_the_same(
    stream: list[Label], cuts: list[int]
) -> None:
    whole, signals = fed(fresh(), stream)
    detector, found = fresh(), []
    for begin, end in pairwise([0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]):
        detector, some = fed(detector, stream[begin:end])
        found += some
        detector = loads(detector.dumps())

    assert detector.dumps() == whole.dumps()
    assert [str(signal) for signal in found] == [str(signal) for signal in signals]


def test_a_bet_of_before_is_read_and_goes_on_with_the_bet_on_some_from_nothing() -> None:
    stream = days(dict.fromkeys(MEMBERS.intents, 0.8), 6, seed=5)
    known, _ = fed(fresh(), stream)
    before = loads(json.dumps(json.loads(known.dumps())[:-4]))
    assert before.starts is None
    assert before.evidence == betting.evidence(known.wealth)

    after, _ = fed(before, stream[:1])
    assert after.starts is not None
    assert after.starts.numbers.tolist() == [0]


def test_two_bets_agree_only_where_those_on_some_of_the_members_are_the_same() -> None:
    state, _ = fed(fresh(), days(dict.fromkeys(MEMBERS.intents, 0.8), 6, seed=6))
    starts = state.starts
    assert starts is not None

    assert agree(state, loads(state.dumps()))
    assert not agree(state, replace(state, starts=None))
    for name in ("totals", "marks", "money", "days", "seqs", "numbers"):
        other = getattr(starts, name).copy()
        other.flat[0] += 1
        assert not agree(state, replace(state, starts=replace(starts, **{name: other})))
    assert not agree(state, replace(state, starts=replace(starts, waiting=starts.waiting + 1)))
