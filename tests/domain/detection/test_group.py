"""The bet on a group: its arithmetic by hand, its bits however the stream is cut, and what it leaves out."""

import math
from itertools import pairwise

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.detection import betting
from monitor.domain.detection.group import (
    IntentGroup,
    MemberAnchor,
    Mix,
    group,
    group_factors,
    group_standing,
    unmixed,
)
from tests.domain.detection.members import ANCHORS, USABLE

Outcome = tuple[str, bool, float]
outcomes = st.lists(
    st.tuples(
        st.sampled_from([*ANCHORS, "stranger"]), st.booleans(), st.sampled_from([1.0, 0.5, 0.05, 1 / 3])
    ),
    min_size=1,
    max_size=60,
)


def play(members: IntentGroup, mix: Mix, stream: list[Outcome]) -> tuple[np.ndarray, Mix]:
    intents, hits, weights = zip(*stream, strict=True) if stream else ((), (), ())
    return group_factors(members, mix, intents, np.array(hits, float), np.array(weights, float))


def written_out(stream: list[Outcome], drop: float = 0.10) -> list[list[float]]:
    """The factors of section 10 for ANCHORS, straight from the formulas in plain Python."""
    examples = {"data_export": 8.0, "erasure": 40.0, "promised": 24.0}
    luck = {}
    for name, n in examples.items():
        a, support = USABLE[name]
        s = (a * n + 1) / (n + 2)
        luck[name] = s * (1 - s) / n if support else 0.0
    seen = {name: n / 72 for name, n in examples.items()}
    played = []
    for intent, hit, u in stream:
        if intent not in seen:
            played.append([1.0] * 16)
            continue
        mix = {name: weight / sum(seen.values()) for name, weight in seen.items()}
        error = math.sqrt(sum(mix[name] ** 2 * luck[name] for name in mix))
        floors = {name: max(0, USABLE[name].recall - drop - 1.645 * error) for name in mix}
        mean = sum(mix[name] * floors[name] for name in mix)
        lam = [(mean - 0.02 - j * (mean - 0.05) / 15) / (mean * (1 - mean)) for j in range(16)]
        most = 0.98 / (1 - min(floors.values()))
        played.append([1 - min(each, most) * u * (hit - floors[intent]) for each in lam])
        seen[intent] += u
    return played


def test_the_first_two_outcomes_by_hand() -> None:
    # Two anchors of 8: 8/8 and 4/8, s = .9 and .5, v = .09 and .25. Mix .5 and .5: SE^2 = .34/32, SE = .103078.
    # Slack 1.645 SE = .169563: floors .730437 and .230437, mean .480437, lam_0 = .460437/.249617 = 1.844572.
    # No stake is above .98/.769563 = 1.273449. A miss of the hard one pays 1 + 1.273449 x .230437.
    members = group({"easy": MemberAnchor(1.0, 8), "hard": MemberAnchor(0.5, 8)})
    factor, mix = play(members, unmixed(members), [("hard", False, 1.0), ("easy", True, 1.0)])
    assert factor[0, 0] == pytest.approx(1.293449, abs=2e-6)

    # Then 1.5 of 2 are hard: SE^2 = (.0625 x .09 + .5625 x .25)/8 = .01828125, slack .222417: floors .677583
    # and .177583, mean .302583, lam_0 = .282583/.211027 = 1.339087, at most .98/.822417 = 1.191609. A hit of the
    # easy one pays 1 - 1.191609 x .322417.
    assert factor[1, 0] == pytest.approx(0.615805, abs=2e-6)
    assert mix == Mix((1.0, 1.0))


def test_a_group_of_one_promise_is_the_bet_on_its_cell() -> None:
    members = group({"gdpr": MemberAnchor(0.88, None)})
    factor, _ = play(members, unmixed(members), [("gdpr", True, 1.0), ("gdpr", False, 0.5)])

    expected = betting.factors(betting.stakes(0.78), 0.78, [1.0, 0.0], [1.0, 0.5])
    np.testing.assert_allclose(factor, expected, rtol=1e-13)


@settings(max_examples=80, derandomize=True, deadline=None)
@given(stream=outcomes)
def test_it_agrees_with_the_formulas_written_out(stream: list[Outcome]) -> None:
    members = group(ANCHORS)

    np.testing.assert_allclose(play(members, unmixed(members), stream)[0], written_out(stream), rtol=1e-12)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(stream=outcomes, cuts=st.lists(st.integers(0, 60), max_size=6))
def test_however_the_stream_is_cut_every_bit_is_the_same(stream: list[Outcome], cuts: list[int]) -> None:
    members = group(ANCHORS)
    whole, after = play(members, unmixed(members), stream)
    mix, parts = unmixed(members), []
    for a, b in pairwise([0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]):
        part, mix = play(members, mix, stream[a:b])
        mix = msgspec.json.decode(msgspec.json.encode(mix), type=Mix)
        parts.append(part)

    assert np.concatenate(parts).tobytes() == whole.tobytes()
    assert mix == after


def test_a_stream_longer_than_a_batch_in_memory_has_the_same_bits() -> None:
    rng, members = np.random.default_rng(1), group(ANCHORS)
    stream = [
        (str(name), bool(hit), 0.3)
        for name, hit in zip(rng.choice(list(ANCHORS), 6000), rng.random(6000) < 0.8, strict=True)
    ]
    first, mix = play(members, unmixed(members), stream[:2500])
    second, mix = play(members, mix, stream[2500:])
    whole, after = play(members, unmixed(members), stream)

    assert np.concatenate([first, second]).tobytes() == whole.tobytes()
    assert mix == after


@settings(max_examples=80, derandomize=True, deadline=None)
@given(stream=outcomes)
def test_at_its_floor_no_outcome_is_expected_to_win_anything_whatever_came_before(
    stream: list[Outcome],
) -> None:
    members = group(ANCHORS)
    mix = play(members, unmixed(members), stream)[1]
    standing = group_standing(members, mix)
    assert standing is not None
    slack = (standing.offline - standing.low) * 1.645 / 1.96
    for intent in members.intents:
        (miss,), (hit,) = (play(members, mix, [(intent, x, 0.5)])[0] for x in (False, True))
        floor = USABLE[intent].recall - 0.10 - slack

        assert (hit > 0).all()
        np.testing.assert_allclose(floor * hit + (1 - floor) * miss, 1.0, rtol=1e-12)


def test_no_hit_takes_more_than_98_percent_of_the_money_however_far_a_floor_lies_below_the_mean() -> None:
    members = group({"easy": MemberAnchor(0.999, None), "hard": MemberAnchor(0.2, None)})
    mix = play(members, unmixed(members), [("easy", True, 1.0)] * 50)[1]
    (hit,) = play(members, mix, [("hard", True, 1.0)])[0]

    assert hit[0] == pytest.approx(0.02)
    assert (hit >= 0.02 - 1e-12).all()


@pytest.mark.parametrize(
    "anchor",
    [None, MemberAnchor(0.9, 0), MemberAnchor(0.19, 100)],
    ids=["no anchor", "no examples", "no room under the floor"],
)
def test_a_member_that_cannot_be_judged_is_left_out_and_changes_nothing(anchor: MemberAnchor | None) -> None:
    with_it, without = group({"a": MemberAnchor(0.9, 20), "b": anchor}), group({"a": MemberAnchor(0.9, 20)})
    stream = [("b", False, 1.0), ("a", False, 1.0), ("b", True, 1.0), ("a", True, 1.0)]
    factor, mix = play(with_it, unmixed(with_it), stream)

    assert with_it.left_out == ("b",)
    assert (factor[[0, 2]] == 1).all()
    assert factor[[1, 3]].tobytes() == play(without, unmixed(without), stream[1::2])[0].tobytes()
    assert mix == Mix((2.0,))


def test_a_group_without_members_bets_on_nothing() -> None:
    nobody = group({"a": None})

    assert (play(nobody, unmixed(nobody), [("a", False, 1.0)])[0] == 1).all()
    assert group_standing(nobody, unmixed(nobody)) is None


def test_where_luck_explains_any_fall_there_is_no_bet() -> None:
    tiny = group({"a": MemberAnchor(0.5, 2)})  # slack 1.645 sqrt(.25/2) = .58

    assert (play(tiny, unmixed(tiny), [("a", False, 1.0), ("a", True, 1.0)])[0] == 1).all()


def test_a_member_that_luck_alone_brings_to_nothing_is_not_bet_on_while_the_others_are() -> None:
    # s = 1.9/5 = .38, v/n = .0785, half of the mix: slack 1.645 x .1401 = .2305, more than its .30 - .10.
    members = group({"a": MemberAnchor(0.9, None), "b": MemberAnchor(0.3, 3)})
    factor, _ = play(members, unmixed(members), [("b", True, 1e-9), ("b", False, 1e-9), ("a", False, 1.0)])

    assert (factor[:2] == 1).all()
    assert (factor[2] > 1.05).all()


def test_the_standing_follows_the_mix() -> None:
    # .25 easy and .75 hard: offline .625, SE^2 = .01828125, SE = .135208; floors as in the example by hand.
    members = group({"easy": MemberAnchor(1.0, 8), "hard": MemberAnchor(0.5, 8)})

    assert group_standing(members, Mix((0.0, 1.0))) == pytest.approx(
        (0.625, 0.359992, 0.890008, 0.302583), abs=2e-6
    )


@pytest.mark.parametrize("anchor", [MemberAnchor(1.2, 8), MemberAnchor(0.9, -1)])
def test_an_impossible_anchor_is_refused(anchor: MemberAnchor) -> None:
    with pytest.raises(ValueError, match="no such anchor"):
        group({"a": anchor})
