"""Which members brought a group's page."""

import pytest

from monitor.domain.detection.worst_members import worst_members


def test_the_worst_come_first_and_their_evidence_multiplies_to_the_whole() -> None:
    # e^.7 = 2.0138, e^.3 = 1.3499, e^-.4 = .6703; together e^.6.
    blame = worst_members(["c", "a", "b", "a"], [0.3, 0.5, -0.4, 0.2])

    assert [share.intent for share in blame.shares] == ["a", "c", "b"]
    assert [share.evidence for share in blame.shares] == pytest.approx([2.0138, 1.3499, 0.6703], abs=1e-4)


@pytest.mark.parametrize(
    ("gains", "alone"),
    [
        ([0.9, 0.1, -0.2], "a"),  # without a the others have lost
        ([0.9, 0.3, -0.2], None),  # without a they have still won
        ([-0.1, -0.3, -0.2], None),  # nobody won anything
    ],
)
def test_a_member_alone_explains_the_page_if_the_others_have_won_nothing(
    gains: list[float], alone: str | None
) -> None:
    assert worst_members(["a", "b", "c"], gains).alone == alone


def test_without_outcomes_nobody_is_blamed() -> None:
    assert worst_members([], []) == ((), None)
