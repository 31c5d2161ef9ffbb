"""The slack of a floor for wrong labels, by hand: how much lower, when it is found anew, and where it ends."""

import pytest

from monitor.domain.anchors.floor import MIN_FLOOR
from monitor.domain.labelling.slack import Slack, due, slack_by_examples, slack_by_labels
from monitor.domain.labelling.slips import slipped_recall


@pytest.mark.parametrize("share", [0.001, 0.01, 0.3])
@pytest.mark.parametrize("called", [0.0, 0.05])
def test_by_examples_the_floor_is_the_recall_that_slips_leave_of_it(share: float, called: float) -> None:
    slack = slack_by_examples(0.002, share, called)
    assert slack.under(0.78) == pytest.approx(slipped_recall(0.78, share, 0.002, called), abs=1e-9)
    assert slack.labels == 0


def test_by_labels_the_share_is_a_lower_limit() -> None:
    # 30 of 2,000, so p = .015, of which e = .005 of the others: own = .01 / (.995 x .015).
    slack = slack_by_labels(0.005, 30, 2_000, 0.0)
    assert slack.likely == pytest.approx(0.01 / (0.995 * 0.015))
    # Clopper-Pearson's lower limit, one-sided 95 %, of 30 of 2,000 is .010805 (R: binom.test).
    assert slack.own == pytest.approx((0.010805 - 0.005) / (0.995 * 0.010805), abs=2e-3)
    assert slack.under(0.78) == pytest.approx(0.78 * slack.own)
    assert slack.labels == 30


def test_many_labels_come_to_what_the_examples_say_of_the_true_share() -> None:
    share, rate = 0.01, 0.005
    labels = round(10_000_000 * (share + (1 - share) * rate))
    by_labels = slack_by_labels(rate, labels, 10_000_000, 0.0)
    assert by_labels.under(0.78) == pytest.approx(slack_by_examples(rate, share, 0.0).under(0.78), abs=0.003)


def test_a_floor_is_not_too_low_to_judge_only_because_little_is_known_of_it() -> None:
    assert slack_by_labels(0.01, 10, 500, 0.0).own < 0.1
    assert slack_by_labels(0.01, 10, 500, 0.0).under(0.78) == MIN_FLOOR
    # Where it is likely that low, it is: then these labels cannot tell a fall.
    assert slack_by_labels(0.05, 26, 500, 0.0).under(0.78) < MIN_FLOOR
    assert slack_by_labels(0.05, 10, 500, 0.0).under(0.78) == 0.0


def test_it_is_found_with_ten_labels_and_then_whenever_they_have_doubled() -> None:
    by_examples = slack_by_examples(0.002, 0.1, 0.0)
    assert not due(by_examples, 0.002, 9)
    assert due(by_examples, 0.002, 10)
    ten = Slack(0.002, 0.5, 0.6, 0.0, 10)
    assert [labels for labels in range(10, 45) if due(ten, 0.002, labels)] == list(range(20, 45))
    assert due(ten, 0.003, 11)
    assert due(None, 0.002, 0)
