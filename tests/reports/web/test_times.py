"""Words in; each of their times marked up for the browser, and nothing else changed, out."""

import pytest

from reports.web.times import head, with_times


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("2026-11-23 09:10", '<time datetime="2026-11-23T09:10Z">2026-11-23 09:10</time>'),
        (
            "told 2026-11-23 09:10 UTC & <b>2026-11-24 10:00 UTC</b>",
            'told <time datetime="2026-11-23T09:10Z">2026-11-23 09:10 UTC</time> &amp; &lt;b&gt;'
            '<time datetime="2026-11-24T10:00Z">2026-11-24 10:00 UTC</time>&lt;/b&gt;',
        ),
        (
            "2026-11-03 12:00 UTC (between 10:00 and 13:30)",
            '<time datetime="2026-11-03T12:00Z">2026-11-03 12:00 UTC</time>'
            ' (between <time datetime="2026-11-03T10:00Z">10:00</time>'
            ' and <time datetime="2026-11-03T13:30Z">13:30</time>)',
        ),
        ("between 2026-11-01 and 2026-11-05, 09:10", "between 2026-11-01 and 2026-11-05, 09:10"),
        ("at 2026-11-23 09:10 or so", "at 2026-11-23 09:10 or so"),
    ],
    ids=["alone in a cell", "in words", "with an interval", "days", "of no zone"],
)
def test_a_time_is_marked_up_and_the_words_are_as_they_were(words: str, shown: str) -> None:
    assert str(with_times(words)) == shown


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("מחיקה, tickets v7 (prod)", "<bdi>מחיקה</bdi>, tickets v7 (prod)"),
        ("most went to حذف 3 بيانات: 0.4 <b>", "most went to <bdi>حذف 3 بيانات</bdi>: 0.4 &lt;b&gt;"),
        ("löschen → refund", "löschen → refund"),
    ],
)
def test_a_name_from_right_to_left_stands_apart_from_the_words_beside_it(words: str, shown: str) -> None:
    assert str(with_times(words)) == shown


def test_a_column_of_times_can_say_that_a_browser_shows_them_in_another_zone() -> None:
    assert str(head("predicted, UTC")) == 'predicted, <span data-zone="">UTC</span>'
    assert str(head("a < b")) == "a &lt; b"
