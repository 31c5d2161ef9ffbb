"""Who may page: the listed, and the rare."""

import pytest

from monitor.domain.anchors.promise import Measured, Promise
from monitor.domain.judging.watching import FewExamples, Listed, SmallShare, WhyWatched, why_watched


def watched(
    intent: str = "gdpr_erasure",
    anchor_support: int | None = 400,
    support: int = 50,
    model_outcomes: int = 1_000,
    listed: tuple[str, ...] = (),
) -> WhyWatched | None:
    promise = None if anchor_support is None else Promise(Measured(0.88, anchor_support))
    return why_watched(
        intent, promise, support, model_outcomes, listed=listed, rare_share=0.03, rare_support=60
    )


def test_an_intent_that_is_neither_listed_nor_rare_never_pages() -> None:
    assert watched() is None


def test_a_listed_intent_is_watched() -> None:
    assert watched(listed=("refund", "gdpr_erasure")) == Listed()


def test_a_star_lists_every_intent() -> None:
    assert watched(listed=("*",)) == Listed()


def test_another_intent_being_listed_watches_nobody() -> None:
    assert watched(listed=("gdpr",)) is None


def test_an_intent_with_few_anchor_examples_is_rare() -> None:
    assert watched(anchor_support=59) == FewExamples(59, 60)
    assert watched(anchor_support=60) is None


def test_an_intent_with_a_small_share_of_the_traffic_is_rare() -> None:
    assert watched(support=29) == SmallShare(0.029, 0.03)
    assert watched(support=30) is None


def test_a_share_says_nothing_before_a_hundred_outcomes() -> None:
    assert watched(support=0, model_outcomes=99) is None
    assert watched(support=0, model_outcomes=100) == SmallShare(0.0, 0.03)
    assert watched(support=0, model_outcomes=0) is None


@pytest.mark.parametrize("listed", [(), ("gdpr_erasure",), ("*",)])
def test_without_a_promise_nothing_pages(listed: tuple[str, ...]) -> None:
    assert watched(anchor_support=None, support=0, listed=listed) is None


def test_being_listed_goes_before_being_rare() -> None:
    assert watched(anchor_support=1, support=1, listed=("gdpr_erasure",)) == Listed()
