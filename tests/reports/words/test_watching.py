"""Why a cell may page, in words."""

import pytest

from monitor.domain.judging.watching import FewExamples, Listed, SmallShare, WhyWatched
from reports.words.watching import why


@pytest.mark.parametrize(
    ("watched", "words"),
    [
        (Listed(), "listed"),
        (FewExamples(59, fewer_than=60), "rare: 59 anchor examples, fewer than 60"),
        (SmallShare(0.02, less_than=0.03), "rare: 2.0% of labelled traffic, less than 3.0%"),
        ("rare: as an earlier version wrote it", "rare: as an earlier version wrote it"),
    ],
)
def test_why_a_cell_may_page(watched: WhyWatched, words: str) -> None:
    assert why(watched) == words
