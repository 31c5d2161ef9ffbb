"""Near-duplicates: the definition, and that nothing is lost to the shortcut."""

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.text.duplicates import ALIKE, Pair, near_duplicates, pieces


def slowly(left: list[str], right: list[str]) -> set[Pair]:
    """Every pair counted out."""
    pairs = set()
    for at, text in enumerate(left):
        for place, two in enumerate(right):
            ours, theirs = pieces(text), pieces(two)
            if {""} in (ours, theirs):
                continue
            share = len(ours & theirs) / len(ours | theirs)
            if share >= ALIKE:
                pairs.add(Pair(at, place, share))
    return pairs


texts = st.lists(
    st.one_of(
        st.text(alphabet="ab ", max_size=14),
        st.builds(
            lambda a, b: a + b, st.just("please delete my account"), st.text(alphabet="x!", max_size=3)
        ),
    ),
    max_size=6,
)


@settings(max_examples=300, deadline=None)
@given(texts, texts)
def test_the_shortcut_finds_exactly_the_pairs_that_counting_out_finds(
    left: list[str], right: list[str]
) -> None:
    assert set(near_duplicates(left, right)) == slowly(left, right)


def test_case_and_spacing_do_not_hide_a_copy_and_the_most_alike_comes_first() -> None:
    asked = "I want to close my account, how do I do that"
    pairs = near_duplicates([asked], ["cats", asked + "?", asked.upper().replace(" ", "  ")])
    assert [pair.right for pair in pairs] == [2, 1]
    assert pairs[0].share == 1
    assert pairs[1].share == 40 / 41


def test_blank_texts_are_no_duplicates_and_short_ones_are_if_they_are_equal() -> None:
    assert near_duplicates(["", "ok"], ["", "OK", "no"]) == [Pair(1, 1, 1.0)]
