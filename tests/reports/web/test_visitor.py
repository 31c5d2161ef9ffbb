"""A page is for its visitor: who only looks has no forms, who has a name is not asked for it."""

from monitor.domain.access.visitor import RoomRole, Visitor
from reports.render.blocks import View
from reports.web.page import Form, RoomPage
from reports.web.porch import Porch
from tests.hostile import KINDS, Page

PAGE = RoomPage("incident 1", View([], {}), [Form("/incidents/1/note", "note", (("who*", "your name"),))])


def test_where_nobody_is_asked_a_form_asks_for_a_name() -> None:
    page = PAGE.html("token")
    assert 'name="who"' in page
    assert "log out" not in page


def test_who_has_a_name_is_not_asked_for_it_and_can_log_out_where_they_logged_in() -> None:
    page = PAGE.html("token", Visitor("ana", RoomRole.RESPONDER, can_leave=True))
    assert 'action="/incidents/1/note"' in page
    assert 'name="who"' not in page
    assert "ana, responder" in page
    assert 'action="/logout"' in page
    assert 'action="/logout"' not in PAGE.html("token", Visitor("ana"))


def test_who_only_looks_has_nothing_to_send_but_their_leaving() -> None:
    page = PAGE.html("token", Visitor("vic", RoomRole.VIEWER, can_leave=True))
    assert 'action="/incidents/1/note"' not in page
    assert 'action="/logout"' in page


def test_what_is_before_the_door_holds_no_markup_of_others() -> None:
    porch = Porch()
    harmless = Page(porch.login("token", "/a", "words")).foreign, Page(porch.refused("words")).foreign
    for words in KINDS.values():
        assert (
            Page(porch.login("token", "/a", words)).foreign,
            Page(porch.refused(words)).foreign,
        ) == harmless
        named = PAGE.html("token", Visitor(words[:200], can_leave=True))
        assert Page(named).foreign == Page(PAGE.html("token", Visitor("ana", can_leave=True))).foreign
