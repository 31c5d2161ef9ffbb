"""Advice to type a command leads to the page that does it, where there is one; anything else stays words."""

import pytest
from markupsafe import escape

from monitor.cli.commands import COMMANDS, CommandGroup
from reports.render.blocks import Block, TableCell, View, WebAddress
from reports.web.commands import with_links
from reports.web.page import RoomPage
from tests.hostile import Page


@pytest.mark.parametrize(
    ("command", "place"),
    [
        ("incident show 7", "/incidents/7"),
        ("incident analyze 7", "/incidents/7/analysis"),
        ("incident tickets 7", "/incidents/7/tickets.csv"),
        ("incident ack 7", "/incidents/7#acknowledge"),
        ("silence add --incident 7", "/incidents/7#silence"),
        ("anchor show 0ab1", "/anchors/0ab1"),
        ("incident list", "/incidents"),
        ("silence list", "/silences"),
        ("anchor list", "/anchors"),
        ("version list", "/versions"),
        ("deploy list", "/deploys"),
        ("sink list", "/sinks"),
        ("labels plan", "/labels/plan"),
        ("labels early", "/labels/early"),
        ("report weekly", "/reports"),
        ("status --budget", "/budget"),
        ("status", "/"),
    ],
)
def test_a_command_with_a_page_is_a_link_to_it(command: str, place: str) -> None:
    group, _, rest = command.partition(" ")
    known = COMMANDS[group]
    assert not isinstance(known, CommandGroup) or rest.split()[0] in known.commands
    linked = with_links(f"all & <every>: `anchorwatch {command}`", escape)
    assert linked == f'all &amp; &lt;every&gt;: `<a href="{place}">anchorwatch {command}</a>`'


@pytest.mark.parametrize(
    "words",
    [
        "anchorwatch run",
        "anchorwatch labels draw",
        "anchorwatch status --verdict degraded",
        "anchorwatch incident show seven",
        "anchorwatch incident listing",
        "anchorwatch statuses",
    ],
)
def test_what_only_a_terminal_can_do_stays_words(words: str) -> None:
    assert with_links(words, str) == words


def test_advice_on_a_page_is_a_link_and_in_a_list_too() -> None:
    words = "which tickets would tell: anchorwatch labels early"
    page = RoomPage("t", View([Block(lines=[words], bullets=[words], notes=[words])], {})).html()
    assert Page(page).links.count("/labels/early") == 3


@pytest.mark.parametrize(
    ("url", "leads"),
    [
        ("https://desk.example/7", True),
        ("http://desk.example/7", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//desk.example/7", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_a_ticket_is_a_link_only_where_it_is_a_page_on_the_web_which_learns_nothing_of_us(
    url: str, *, leads: bool
) -> None:
    rows: list[list[str | TableCell]] = [[TableCell(url, leads_to=WebAddress(url)), "a", "b"]]
    page = RoomPage("t", View([Block(columns=("x", "y", "z"), rows=rows)], {})).html()
    link = f'<a href="{url}" rel="noopener noreferrer" target="_blank">{url}</a>'
    assert (link in page) is leads
    assert (url in Page(page).links) is leads
