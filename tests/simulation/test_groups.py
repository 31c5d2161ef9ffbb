"""A group's bet keeps its promises: what it is expected to win is never more than what was put in."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom

from monitor.domain.detection.betting import evidence_each
from monitor.domain.detection.detector import SignalKind, advance, fresh
from monitor.domain.detection.group import (
    IntentGroup,
    MemberAnchor,
    Mix,
    group,
    group_factors,
    group_standing,
    unmixed,
)
from monitor.domain.detection.money import Income, Rate
from monitor.domain.detection.outcomes import outcomes
from monitor.domain.detection.some_of_many import bet_on_some, no_starts
from monitor.domain.events.microseconds import DAY_US
from monitor.domain.recall.intervals import FloatArray

Intents = NDArray[np.int64]  # (streams, labels): which member each label is of


def money(members: list[IntentGroup], intents: Intents, hits: NDArray[np.bool_], unit: float) -> FloatArray:
    """M after each label, (streams, labels), where `unit` comes in before each."""
    names = np.array(members[0].intents)
    factors = np.stack(
        [
            group_factors(each, unmixed(each), names[mine].tolist(), x, np.ones(len(x))).factor
            for each, mine, x in zip(members, intents, hits, strict=True)
        ]
    )
    wealth, path = np.zeros((len(members), 16)), np.empty(intents.shape)
    for label in range(intents.shape[1]):
        wealth = (wealth + unit) * factors[:, label]
        path[:, label] = evidence_each(wealth)
    return path


def drawn(rng: np.random.Generator, recalls: FloatArray, support: int | FloatArray) -> IntentGroup:
    """A group whose anchors are measured anew on so many examples of these recalls."""
    supports = np.broadcast_to(support, recalls.shape)
    ks = rng.binomial(supports.astype(int), recalls)
    return group(
        {f"i{i:02}": MemberAnchor(k / n, float(n)) for i, (k, n) in enumerate(zip(ks, supports, strict=True))}
    )


def test_exactly_at_unequal_floors_the_money_won_is_the_money_put_in() -> None:
    # Two labels ahead every history can be counted: E[M] = 2 x .01 to the last digits.
    members = group({"a": MemberAnchor(0.9, 8), "b": MemberAnchor(0.5, 30), "c": MemberAnchor(0.8, None)})
    expected = 0.0
    for first in range(3):
        for second in range(3):
            for outcome in range(4):
                x = np.array([outcome & 1, outcome >> 1], bool)
                chance = 1 / 9
                seen = unmixed(members)
                for label, intent in enumerate((first, second)):
                    floor = floor_of(members, seen.seen, intent)
                    chance *= floor if x[label] else 1 - floor
                    seen = group_factors(
                        members, seen, [members.intents[intent]], x[label : label + 1], [1.0]
                    ).mix
                expected += chance * money([members], np.array([[first, second]]), x[np.newaxis], 0.01)[0, 1]

    assert expected == pytest.approx(0.02, rel=1e-12)


def floor_of(members: IntentGroup, seen: tuple[float, ...], intent: int) -> float:
    standing = group_standing(members, Mix(seen))
    assert standing is not None
    return float(members.kept[intent] - (standing.offline - standing.low) / 1.96 * 1.645)


STREAMS, LABELS, PUT = 200, 400, 0.3  # labels at unequal floors, 20 a day; what comes in until the last


def at_unequal_floors() -> tuple[IntentGroup, Intents, NDArray[np.bool_]]:
    rng = np.random.default_rng(22)
    members = group(
        {f"i{i:02}": MemberAnchor(recall, None) for i, recall in enumerate(np.linspace(0.6, 0.97, 12))}
    )
    intents = np.minimum(rng.geometric(0.2, (STREAMS, LABELS)) - 1, 11)
    return members, intents, rng.random(intents.shape) < members.kept[intents]


@pytest.mark.parametrize("bet", ["mean", "some of many"])
def test_at_unequal_floors_pages_are_no_oftener_than_the_money_put_in(bet: str) -> None:
    members, intents, hits = at_unequal_floors()
    if bet == "mean":
        path = money([members] * STREAMS, intents, hits, PUT / LABELS)
    else:
        names, days, ones = np.array(members.intents), np.arange(LABELS) // 20, np.ones(LABELS)
        nothing, units = no_starts(members), np.full(LABELS, PUT / LABELS)
        path = np.stack(
            [
                bet_on_some(members, nothing, names[mine].tolist(), x, ones, units, days, days).evidence
                for mine, x in zip(intents, hits, strict=True)
            ]
        )

    assert (path >= 1).any(axis=1).sum() <= binom.ppf(0.99, STREAMS, PUT)


def test_at_unequal_floors_a_groups_detector_wins_up_to_its_page_what_was_put_in() -> None:
    members, intents, hits = at_unequal_floors()
    names, income = np.array(members.intents), Income((Rate(0, PUT / LABELS * 20),))
    times = (np.arange(1, LABELS + 1) * DAY_US // 20).tolist()
    won, pages = [], 0
    for mine, x in zip(intents, hits, strict=True):
        came = outcomes(x.tolist(), np.ones(LABELS), range(1, LABELS + 1), times, names[mine].tolist())
        detector, signals = advance(fresh(), members, income, came)
        page = next((signal for signal in signals if signal.kind is SignalKind.PAGED), None)
        if page is not None:
            pages += 1
            won.append(page.evidence - PUT * page.seq / LABELS)
        elif detector.starts is not None:
            won.append(detector.evidence + detector.starts.waiting - PUT)

    assert pages <= binom.ppf(0.99, STREAMS, PUT)
    assert abs(np.mean(won)) <= 3 * np.std(won) / STREAMS**0.5


# Which member each of 2,000 labels is of, drawn for 20 members.
MIXES: dict[str, Callable[[np.random.Generator], Intents]] = {
    "even": lambda rng: rng.integers(0, 20, 2000),
    "few have most": lambda rng: np.minimum(rng.geometric(0.2, 2000) - 1, 19),
    "shifts to other members half way": lambda rng: np.concatenate(
        [rng.integers(0, 10, 1000), rng.integers(10, 20, 1000)]
    ),
}


@pytest.mark.parametrize("mix", MIXES)
def test_healthy_groups_seldom_page_with_anchors_drawn_anew(mix: str) -> None:
    # Anchors of 8 to 40 examples, healthy recall Beta(8, 2); the money of a threshold of 3,650 labels.
    rng = np.random.default_rng(21)
    recalls = rng.beta(8, 2, (400, 20))
    supports = rng.integers(8, 41, (400, 20))
    members = [drawn(rng, r, n) for r, n in zip(recalls, supports, strict=True)]
    intents = np.stack([MIXES[mix](rng) for _ in members])
    hits = rng.random(intents.shape) < np.take_along_axis(recalls, intents, axis=1)

    paged = (money(members, intents, hits, 1 / 3650) >= 1).any(axis=1)
    assert paged.mean() <= 0.01


@pytest.mark.parametrize("members", [20, 100])
def test_at_the_tolerated_fall_the_anchors_luck_lets_the_bet_win_in_5_percent_of_groups(members: int) -> None:
    # Anchors of 8 examples, recall .75 - .10: whether a round of all members is expected to win, per group.
    rng, groups, wins = np.random.default_rng(23), 300, 0
    recalls = np.full(members, 0.75)
    for _ in range(groups):
        each = drawn(rng, recalls, 8)
        everyone = Mix((1000.0,) * len(each.intents))
        light = np.full(len(each.intents), 1e-9)  # so that the mix stays as it is
        hit, miss = (
            group_factors(each, everyone, each.intents, light * 0 + x, light).factor - 1 for x in (1, 0)
        )
        wins += (0.65 * hit + 0.35 * miss).sum() > 0

    assert wins <= binom.ppf(0.99, groups, 0.05)
