"""A page's lines: which values open, which are typed, and how the text of it is laid out."""

import pytest

from connectors.sinks import email_html, slack
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.page import Link, Page, ShellCommand
from reports.pages.layout import as_text, link_or_words, plain_rows


@pytest.mark.parametrize(
    ("value", "opens"),
    [
        ("https://wiki.example/runbooks", True),
        ("http://127.0.0.1:3000/d/anchorwatch", True),
        ("/usr/share/anchorwatch/recall-drop.md", False),
        ("https://wiki.example, page 3", False),
        ("ftp://wiki.example", False),
        ("", False),
    ],
)
def test_an_address_that_a_browser_opens_is_a_link_and_all_else_words(value: str, opens: bool) -> None:
    assert isinstance(link_or_words(value), Link) is opens
    assert link_or_words(value) == value


def test_values_stay_what_they_are_without_control_characters() -> None:
    rows = plain_rows(
        [("a", Link("https://a\x1b")), ("b", ShellCommand("anchorwatch\tstatus")), ("c", "d\n")]
    )
    assert [(value, type(value)) for _, value in rows] == [
        ("https://a?", Link),
        ("anchorwatch status", ShellCommand),
        ("d", str),
    ]


def test_a_command_stays_in_one_piece_and_a_sentence_does_not() -> None:
    words = "anchorwatch " + "word " * 30
    command, sentence = (as_text("t", [("", [("next", value)])]) for value in (ShellCommand(words), words))
    assert len(command.splitlines()) == 3
    assert len(sentence.splitlines()) == 4


def test_sinks_mark_what_the_page_says_and_not_what_looks_like_it() -> None:
    """A ticket's words in a page may begin like a command, or like an address."""
    rows = [("", "https://evil.example"), ("", "anchorwatch erase everything")]
    marked = [("a", Link("https://wiki.example")), ("b", ShellCommand("anchorwatch status"))]
    pages = [Page("t", [("", each), ("", each)], "t", {}, {}) for each in (rows, marked)]
    looks_like_it, is_it = (email_html.html(page, NoticeKind.OPENED) for page in pages)
    assert "<a " not in looks_like_it
    assert '<a href="https://wiki.example">' in is_it
    looks_like_it, is_it = (str(slack.payload(page)) for page in pages)
    assert "`" not in looks_like_it
    assert "`anchorwatch status`" in is_it
