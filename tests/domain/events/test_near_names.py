"""Names that nearly match: which pairs are named, and by what they differ."""

import pytest

from monitor.domain.events.near_names import Difference, near_names

BLANKS, CASE, INVISIBLE, FORM, TYPE = (
    Difference.BLANKS,
    Difference.CASE,
    Difference.INVISIBLE,
    Difference.FORM,
    Difference.TYPE,
)


@pytest.mark.parametrize(
    ("first", "second", "differences"),
    [
        ("Refund", "refund", (CASE,)),
        ("re fund", "refund", (BLANKS,)),
        ("re  fund", "re\u00a0fund", (BLANKS,)),
        ("Re fund", "refund", (BLANKS, CASE)),
        ("re\u200bfund", "refund", (INVISIBLE,)),
        ("re\u00adfund", "refund", (INVISIBLE,)),
        ("Re\u200b fund", "refund", (BLANKS, CASE, INVISIBLE)),
        ("ｒｅｆｕｎｄ", "refund", (FORM,)),
        ("Straße", "STRASSE", (CASE,)),
        ("1", "1.0", (TYPE,)),
        ("1", "01", (TYPE,)),
        ("1", "True", (TYPE,)),
        ("0", "false", (TYPE,)),
        ("1e2", "100", (TYPE,)),
    ],
)
def test_names_that_a_person_takes_for_the_same_are_a_pair(
    first: str, second: str, differences: tuple[Difference, ...]
) -> None:
    (pair,) = near_names([first, second])
    assert {pair.first, pair.second} == {first, second}
    assert pair.differences == differences


@pytest.mark.parametrize(
    "names",
    [
        ["refund", "refunds"],
        ["a_b", "a-b"],
        ["refund", "refund"],
        ["1", "2"],
        ["1_0", "10"],
        ["v1", "v1.0"],
        ["", "refund"],
        ["nan", "NaN".swapcase()[:2]],
        ["infinity", "inf"],
    ],
)
def test_names_that_differ_by_more_are_two(names: list[str]) -> None:
    assert near_names(names) == []


def test_each_is_paired_with_the_first_of_its_kind_so_that_a_thousand_spellings_stay_a_thousand_lines() -> (
    None
):
    names = ["refund" + "\u200b" * n for n in range(1_000)]
    pairs = near_names(names)
    assert [pair.first for pair in pairs] == ["refund"] * 999
