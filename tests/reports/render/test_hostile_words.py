"""Names are never markup in what is rendered: HTML gets none of their tags, Markdown none of their marks."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.render.blocks import Block
from reports.render.html import html
from reports.render.markdown import markdown
from tests.hostile import KINDS, Page, unprintable

STARTS = [
    "- x",
    "+ x",
    "* x",
    "1. x",
    "2) x",
    "# x",
    "> x",
    "---",
    "===",
    "    x",
    "```",
    "| x | y |",
    "[x]: //evil",
]
WORDS = st.one_of(
    st.sampled_from([*sorted(KINDS.values()), *STARTS]), st.text(st.characters(codec="utf-8"), max_size=200)
)


@st.composite
def blocks(draw: st.DrawFn) -> Block:
    """A block in which an outsider chose every word."""
    few = st.lists(WORDS, max_size=2)
    names = draw(st.lists(WORDS, min_size=2, max_size=2))
    return Block(
        heading=draw(WORDS),
        lines=draw(few),
        bullets=draw(few),
        boxes=draw(few),
        columns=["a", "b"],
        rows=[names, names],
        notes=draw(few),
    )


hostile = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@hostile
@given(WORDS, blocks())
def test_html_has_our_tags_only(title: str, block: Block) -> None:
    page = Page(html(title, [block]))
    assert page.foreign == []
    assert page.links == []
    assert not unprintable(html(title, [block]))


@hostile
@given(WORDS, blocks())
def test_markdown_has_our_marks_only(title: str, block: Block) -> None:
    text = markdown(title, [block])
    assert not unprintable(text.replace("\u2060", ""))
    bare = re.sub(r"\\.", "w", text)  # what is escaped is a word
    for line in bare.splitlines():
        ours = re.sub(r"^(# |## |- \[ \] |- |\|---\|---\|$)", "", line)
        assert line.startswith("#") or not re.match(r"[-+](\s|$)|\d+[.)](\s|$)|#|>|=+\s*$|-{2,}|\s", ours), (
            line
        )
        words = ours.replace("<br>", "").replace("|", "") if line.startswith("|") else ours
        assert not re.search(r"[<>`*_~\[|]|://|@\w", words), line


@pytest.mark.parametrize("words", ["0.39 live", "-", "1 intent", "+2 points", "v1. of it"])
def test_ordinary_words_stay_as_they_are(words: str) -> None:
    assert markdown("t", [Block(lines=[words])]).splitlines()[2].replace("\\-", "-") == words
