"""The way into the watch room in a real browser: a login, its end, and what a viewer finds."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from monitor.app.entering import add_token, remove_token
from monitor.app.serving import watch_room_server
from monitor.app.stores import Stores
from monitor.domain.access.visitor import RoomRole
from monitor.settings.settings import Settings
from tests.review.broken_channel import broken

SOON_MS = 15_000


class Guarded(NamedTuple):
    """A watch room with a broken intent, and a responder's and a viewer's token."""

    address: str
    settings: Settings
    ana: str
    vic: str

    def at(self, place: str) -> str:
        """An address of it."""
        return self.address + place


@pytest.fixture
def guarded(tmp_path: Path, sqlite_engine: Engine) -> Iterator[Guarded]:
    world = broken(sqlite_engine)
    web = Settings.model_validate({"web": {"tokens_file": str(tmp_path / "tokens.yaml")}}).web
    stores = Stores(world.settings.model_copy(update={"web": web}), world.engine)
    ana = add_token(stores.settings, "ana", RoomRole.RESPONDER)
    vic = add_token(stores.settings, "vic", RoomRole.VIEWER)
    with watch_room_server(stores, 0) as server:
        yield Guarded(server.address, stores.settings, ana, vic)
    stores.close()


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=getattr(request, "param", True))
    yield context.new_page()
    context.close()


WITH_AND_WITHOUT = pytest.mark.parametrize("page", [True, False], ids=["script", "no script"], indirect=True)


def show(page: Page, token: str) -> None:
    page.locator("[name=token]").fill(token)
    page.get_by_role("button", name="log in").click()


def heading(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("incident 1")


@WITH_AND_WITHOUT
def test_a_login_leads_back_and_what_is_said_has_the_name_of_who_entered(
    page: Page, guarded: Guarded
) -> None:
    page.goto(guarded.at("/incidents/1"))
    show(page, "aw_nobodys")
    expect(page.get_by_role("alert")).to_have_text("this token lets nobody in")
    show(page, guarded.ana)
    expect(page).to_have_url(guarded.at("/incidents/1"))
    form = page.locator("form[action$=note]")
    expect(form.locator("[name=who]")).to_have_count(0)
    form.locator("[name=words]").fill("rolled back")
    form.get_by_role("button").click()
    expect(page.locator("tr", has_text="rolled back")).to_contain_text("ana")


def test_who_logged_out_is_outside_and_the_back_button_shows_nothing(page: Page, guarded: Guarded) -> None:
    page.goto(guarded.at("/incidents/1"))
    show(page, guarded.ana)
    heading(page)
    page.get_by_role("button", name="log out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("log in")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("log in")


def test_who_follows_a_link_from_a_chat_is_still_who_they_are_and_open_forms_stay_good(
    page: Page, guarded: Guarded
) -> None:
    page.goto(guarded.at("/incidents/1"))
    show(page, guarded.ana)
    chat = page.context.new_page()
    chat.goto(f"data:text/html,<a href='{guarded.at('/incidents/1')}'>look</a>")
    chat.get_by_role("link").click()
    heading(chat)
    page.locator("form[action$=note] [name=words]").fill("seen it")
    page.locator("form[action$=note] button").click()
    expect(page.locator("tr", has_text="seen it")).to_contain_text("ana")


def test_a_viewer_reads_and_has_no_forms(page: Page, guarded: Guarded) -> None:
    page.goto(guarded.at("/incidents/1"))
    show(page, guarded.vic)
    heading(page)
    expect(page.locator("form.says")).to_have_count(0)


@WITH_AND_WITHOUT
def test_what_is_sent_after_the_session_is_over_waits_behind_the_login(page: Page, guarded: Guarded) -> None:
    page.goto(guarded.at("/incidents/1"))
    show(page, guarded.ana)
    page.locator("form[action$=note] [name=words]").fill("rolled back")
    remove_token(guarded.settings, "ana")
    page.locator("form[action$=note] button").click()
    expect(page.get_by_role("alert")).to_have_text("nothing was done yet: your session is over")
    show(page, guarded.ana)
    expect(page.get_by_role("alert")).to_have_text("this token lets nobody in")
    show(page, add_token(guarded.settings, "ana", RoomRole.RESPONDER))
    heading(page)
    expect(page.get_by_role("alert")).to_contain_text("not sent yet")
    expect(page.locator("main")).not_to_contain_text("rolled back")
    expect(page.locator("form[action$=note] [name=words]")).to_be_focused()
    page.locator("form[action$=note] button").click()
    expect(page).to_have_url(guarded.at("/incidents/1"))
    expect(page.locator("tr", has_text="rolled back")).to_contain_text("ana")


def test_going_back_behind_a_login_that_kept_something_sends_nothing(page: Page, guarded: Guarded) -> None:
    page.goto(guarded.at("/incidents/1"))
    show(page, guarded.ana)
    page.locator("form[action$=note] [name=words]").fill("rolled back")
    remove_token(guarded.settings, "ana")
    page.locator("form[action$=note] button").click()
    show(page, add_token(guarded.settings, "ana", RoomRole.RESPONDER))
    heading(page)
    page.locator("form[action$=note] button").click()
    expect(page.locator("tr", has_text="rolled back")).to_have_count(1)
    page.go_back()
    heading(page)
    expect(page.locator("tr", has_text="rolled back")).to_have_count(1)


@WITH_AND_WITHOUT
def test_who_may_only_look_by_now_is_refused(page: Page, guarded: Guarded) -> None:
    page.goto(guarded.at("/incidents/1"))
    show(page, guarded.ana)
    page.locator("form[action$=note] [name=words]").fill("too late")
    remove_token(guarded.settings, "ana")
    page.locator("form[action$=note] button").click()
    show(page, guarded.vic)
    heading(page)
    expect(page.locator("form.says")).to_have_count(0)
    expect(page.locator("main")).not_to_contain_text("too late")


def test_a_responder_who_became_a_viewer_is_refused_and_has_what_was_typed_by_going_back(
    page: Page, guarded: Guarded
) -> None:
    page.goto(guarded.at("/incidents/1"))
    show(page, guarded.ana)
    path = guarded.settings.web.tokens_file
    assert path is not None
    heading(page)
    page.locator("form[action$=note] [name=words]").fill("my words")
    path.write_text(path.read_text().replace('"role": "responder"', '"role": "viewer"'))
    page.locator("form[action$=note] button").click()
    expect(page.locator("main")).to_contain_text("ana may look, and do nothing")
    page.go_back()
    heading(page)


def test_a_page_that_is_left_open_becomes_the_login_when_the_session_ends(
    browser: Browser, guarded: Guarded
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(guarded.at("/incidents/1"))
    show(page, guarded.ana)
    heading(page)
    remove_token(guarded.settings, "ana")
    expect(page.locator("[name=token]")).to_be_visible(timeout=SOON_MS)
    expect(page.locator("main")).not_to_contain_text("incident 1")
    show(page, guarded.vic)
    expect(page).to_have_url(guarded.at("/incidents/1"))
    heading(page)
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_at_the_door_breaks_a_rule_of_axe(
    browser: Browser, guarded: Guarded, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    for width in (390, 1_920):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(guarded.at("/login"))
        assert [each["id"] for each in Axe().run(page).response["violations"]] == []
        show(page, "aw_nobodys")
        expect(page.get_by_role("alert")).to_be_visible()
        assert [each["id"] for each in Axe().run(page).response["violations"]] == []
        show(page, guarded.vic)
        expect(page).to_have_url(guarded.at("/"))
        assert [each["id"] for each in Axe().run(page).response["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.get_by_role("button", name="log out").click()
        expect(page).to_have_url(re.compile("/login"))
    context.close()
