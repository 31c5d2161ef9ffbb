"""The bet on some of many: by hand, against the formulas written out, and its bits however the stream is cut."""

import itertools
import math

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.anchors.floor import floor
from monitor.domain.detection import starts as starts_kept
from monitor.domain.detection.group import IntentGroup, MemberAnchor, group
from monitor.domain.detection.some_of_many import (
    LEFT,
    bet_on_some,
    loaded_starts,
    no_starts,
    richest_start,
    worth,
)
from monitor.domain.detection.starts import Starts, StoredStarts, kept, same_starts
from monitor.domain.recall.intervals import FloatArray
from tests.domain.detection.members import ANCHORS, USABLE

MEMBERS = group(ANCHORS)
FLOORS = {name: floor(*anchor) for name, anchor in USABLE.items()}
Label = tuple[str, bool, float, int]  # intent, hit, u, days since the label before
labels = st.lists(
    st.tuples(
        st.sampled_from([*USABLE, "unanchored"]),
        st.booleans(),
        st.sampled_from([1.0, 0.05, 1 / 3]),
        st.sampled_from([0, 0, 0, 1, 2]),
    ),
    min_size=1,
    max_size=50,
)


def play(
    starts: Starts, stream: list[Label], day: int = 0, members: IntentGroup = MEMBERS, first: int = 0
) -> tuple[FloatArray, Starts]:
    """Each label brings .001, and .01 for each day behind the last; they are numbered from `first` on."""
    gaps = [gap for *_, gap in stream]
    return bet_on_some(
        members,
        starts,
        [intent for intent, *_ in stream],
        [float(hit) for _, hit, *_ in stream],
        [u for _, _, u, _ in stream],
        [0.001 + 0.01 * gap for gap in gaps],
        day + np.cumsum(gaps, dtype=np.int64),
        first + np.arange(len(gaps)),
    )


def written_out(stream: list[Label]) -> list[float]:
    """M after each label, from the formulas in plain Python: each start plays all labels behind it."""
    starts: dict[int, tuple[int, float]] = {}  # by number: the label it begins with, its money
    waiting, day, latest, path = 0.0, 0, -1, []
    for index, (*_, gap) in enumerate(stream):
        day += gap
        money = 0.001 + 0.01 * gap
        if day > latest:
            newest = max(starts) + 1 if starts else 0
            for number in sorted(starts):
                age = newest - number
                if number and (age >= 60 or (age >= 8 and number % 4)):
                    begin, put = starts.pop(number)
                    heir = min(each for each in starts if each > number)
                    since, own = starts[heir]
                    prices = price(stream[begin:index]), price(stream[since:index])
                    starts[heir] = (since, own + put * prices[0] / prices[1])
            starts[newest], waiting, latest = (index, waiting + money), 0.0, day
        else:
            waiting += money
        path.append(sum(put * price(stream[begin : index + 1]) for begin, put in starts.values()))
    return path


def price(stream: list[Label]) -> float:
    return math.prod(
        0.75 + 0.25 * sum(product(stream, name, left) for left in LEFT) / len(LEFT) for name in USABLE
    )


def product(stream: list[Label], name: str, left: float) -> float:
    lam = (1 - left) / (1 - FLOORS[name])
    return math.prod(1 - lam * u * (hit - FLOORS[name]) for intent, hit, u, _ in stream if intent == name)


def test_two_misses_by_hand() -> None:
    # f = .85: a miss pays 1 + (1 - left)/.15 x .85 = 3.833333 or 1.85, on average 2.841667.
    # E = .75 + .25 x 2.841667 = 1.460417. The second, on the same day, pays the mean of the squares, 9.058472:
    # E = 3.014618; its own money waits.
    path, starts = play(no_starts(MEMBERS), [("promised", False, 1.0, 0)] * 2)

    assert path == pytest.approx([0.001460417, 0.003014618], rel=1e-6)
    assert starts.waiting == 0.001

    # The next day .012 begins: it has seen the third miss alone; the first start the mean of the cubes, 31.330164.
    path, starts = play(starts, [("promised", False, 1.0, 1)])
    assert path == pytest.approx([0.001 * (0.75 + 0.25 * 31.330164) + 0.012 * 1.460417], rel=1e-5)
    assert (starts.money.tolist(), starts.waiting) == ([0.001, 0.012], 0.0)


def test_two_fallen_members_multiply() -> None:
    # An erasure is held to the lower limit of 36 of 40. One miss each: (.75 + .25 mean L) of both, multiplied.
    stream = [("promised", False, 1.0, 0), ("erasure", False, 1.0, 0)]
    alone = play(no_starts(MEMBERS), stream[1:])[0][0]

    assert play(no_starts(MEMBERS), stream)[0][1] == pytest.approx(alone * 1.460417, rel=1e-6)


@settings(max_examples=80, derandomize=True, deadline=None)
@given(stream=labels)
def test_it_agrees_with_the_formulas_written_out(stream: list[Label]) -> None:
    np.testing.assert_allclose(play(no_starts(MEMBERS), stream)[0], written_out(stream), rtol=1e-10)


def test_over_many_days_it_agrees_with_the_formulas_written_out_and_holds_22_starts() -> None:
    rng = np.random.default_rng(3)
    stream = [(str(rng.choice(list(USABLE))), bool(rng.random() < 0.8), 1.0, 1) for _ in range(150)]
    path, starts = play(no_starts(MEMBERS), stream)

    np.testing.assert_allclose(path, written_out(stream), rtol=1e-10)
    # Number 0 is day 1. With number 149 there are the first, every fourth of the last 60, and the last eight.
    assert starts.days.tolist() == [1, *range(93, 142, 4), *range(143, 151)]
    assert len(starts.days) == 22


@settings(max_examples=80, derandomize=True, deadline=None)
@given(stream=labels, cuts=st.lists(st.integers(0, 50), max_size=6))
def test_however_the_stream_is_cut_every_bit_is_the_same(stream: list[Label], cuts: list[int]) -> None:
    whole, after = play(no_starts(MEMBERS), stream)
    starts, parts, day = no_starts(MEMBERS), [], 0
    for a, b in itertools.pairwise([0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]):
        part, starts = play(starts, stream[a:b], day, first=a)
        stored = msgspec.json.decode(msgspec.json.encode(starts.stored()), type=StoredStarts)
        starts = loaded_starts(stored)
        day += sum(gap for *_, gap in stream[a:b])
        parts.append(part)

    assert np.concatenate(parts).tobytes() == whole.tobytes()
    assert same_starts(starts, after)
    assert worth(starts) == whole[-1]


@pytest.mark.parametrize("labels", [4, 8])
def test_exactly_at_unequal_floors_the_money_won_is_the_money_put_in(
    monkeypatch: pytest.MonkeyPatch, labels: int
) -> None:
    # Every history of labels on days, each with its chance, while all members are at their floors. Few starts are kept.
    for name, number in (("DAILY", 2), ("EVERY", 2), ("LAST", 4)):
        monkeypatch.setattr(starts_kept, name, number)
    stream = [("erasure", 0), ("data_export", 1), ("erasure", 0), ("promised", 1)] * 2
    stream = [*stream[:4], *((name, 1) for name, _ in stream[4:])][:labels]
    expected = waiting = 0.0
    for hits in itertools.product([True, False], repeat=labels):
        chance = math.prod(
            FLOORS[name] if hit else 1 - FLOORS[name] for (name, _), hit in zip(stream, hits, strict=True)
        )
        path, starts = play(
            no_starts(MEMBERS), [(name, hit, 0.7, gap) for (name, gap), hit in zip(stream, hits, strict=True)]
        )
        expected, waiting = expected + chance * path[-1], starts.waiting

    assert len(starts.days) == (3 if labels == 4 else 4)
    put = 0.001 * labels + 0.01 * sum(gap for _, gap in stream)
    assert expected + waiting == pytest.approx(put, rel=1e-12)


def test_members_that_cannot_be_judged_are_not_bet_on() -> None:
    # 2 of 8 has a lower limit of .046: too low a floor alone, though not in the mean.
    members = group({"erasure": MemberAnchor(0.9, 40), "tiny": MemberAnchor(0.25, 8), "nothing": None})
    path, _ = play(no_starts(members), [("tiny", False, 1.0, 0), ("nothing", False, 1.0, 0)], members=members)

    assert path.tolist() == [0.001, 0.001]


def test_a_group_without_members_bets_on_nothing() -> None:
    members = group({"a": None})

    assert play(no_starts(members), [("a", False, 1.0, 0)], members=members)[0].tolist() == [0.0]


def test_a_fall_without_end_is_rich_enough_and_no_more() -> None:
    path, starts = play(no_starts(MEMBERS), [("promised", False, 1.0, 0), ("erasure", False, 1.0, 0)] * 3000)

    assert np.isfinite(path).all()
    assert path[-1] > 1e100
    assert np.isfinite(starts.totals).all()


def test_the_richest_start_names_the_outcome_of_the_fall_and_the_members_that_fell() -> None:
    good = [(name, True, 1.0, int(name == "erasure")) for _ in range(9) for name in ("erasure", "promised")]
    fall = [
        (name, name == "data_export", 1.0, int(name == "erasure"))
        for name in ("erasure", "promised", "data_export")
    ]
    starts = play(no_starts(MEMBERS), good + fall * 3)[1]

    richest = richest_start(MEMBERS, starts)
    assert richest is not None
    assert richest.seq == 18  # nine good days of two labels
    assert [share.intent for share in richest.blame.shares] == ["promised", "erasure", "data_export"]
    assert richest.blame.alone is None
    # Three misses of a promise: the mean of the cubes, as by hand above.
    assert richest.blame.shares[0].evidence == pytest.approx(0.75 + 0.25 * 31.330164, rel=1e-6)
    assert richest_start(MEMBERS, no_starts(MEMBERS)) is None


def test_a_start_that_is_kept_once_was_kept_all_the_time_before() -> None:
    # Numbers alone decide: what is given up comes back for no later start.
    ever = np.arange(200)
    for newest in range(1, 200):
        now, before = kept(ever[:newest], newest), kept(ever[:newest], newest - 1)
        assert not (now & ~before).any()
