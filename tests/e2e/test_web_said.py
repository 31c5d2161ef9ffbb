"""What people say in the watch room and is refused, or comes too late: nothing that they typed is lost."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.served import Served, say

SOON_MS = 15_000


def field(page: Page, action: str, name: str) -> str:
    return page.locator(f"form[action$={action}] [name={name}]").input_value()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_refused_form_keeps_what_was_typed_and_says_at_the_field_what_is_amiss(
    browser: Browser, served: Served, *, script: bool
) -> None:
    context = browser.new_context(java_script_enabled=script)
    page = context.new_page()
    page.goto(served.at("/incidents/1"))
    say(page, "silence its members", who="ben", why=" ", until="soon")
    form = page.locator("form[action$=silence]")
    assert (field(page, "silence", "who"), field(page, "silence", "until")) == ("ben", "soon")
    for name, words in (("why", "say why, for those who wonder at night"), ("until", "such as 8h")):
        amiss = form.locator(f"[name={name}][aria-invalid=true]")
        said_at = amiss.get_attribute("aria-describedby")
        expect(page.locator(f"#{said_at}")).to_contain_text(words)
    expect(form.locator("[name=why]")).to_be_focused()
    assert served.says("silence", "list").count("ben") == 0
    say(page, "silence its members", why="rolling back", until="2h")
    expect(page).to_have_url(served.at("/incidents/1"))
    assert "rolling back" in served.says("silence", "list")
    if script:  # without one a browser asks first whether to send a refused form again
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_have_text("incident 1")
    assert served.says("silence", "list").count("rolling back") == 1
    context.close()


def test_a_page_with_a_refused_form_is_at_its_own_address_and_stays_up_to_date(
    page: Page, served: Served
) -> None:
    page.goto(served.at("/incidents/1"))
    say(page, "note", who="ben", words=" ")
    # The page before has the same address: only the refusal shows that its form has come back.
    expect(page.locator("form[action$=note] [name=words][aria-invalid=true]")).to_be_visible()
    expect(page).to_have_url(served.at("/incidents/1"))
    page.locator("form[action$=note] [name=words]").fill("half a sen")
    page.locator("h1").click()  # nobody types, so the page is brought up to date
    served.says("incident", "note", "1", "from the terminal", "--by", "bo")
    expect(page.locator("main")).to_contain_text("from the terminal", timeout=SOON_MS)
    assert field(page, "note", "words") == "half a sen"
    served.says("incident", "resolve", "1", "--by", "bo", "--reason", "over")
    expect(page.locator("form[action$=acknowledge]")).to_have_count(0, timeout=SOON_MS)
    assert field(page, "note", "words") == "half a sen"


def test_of_two_who_acknowledge_the_second_learns_who_was_first(
    browser: Browser, page: Page, served: Served
) -> None:
    other = browser.new_context(java_script_enabled=False)
    slower = other.new_page()
    for each in (page, slower):
        each.goto(served.at("/incidents/1"))
    say(page, "acknowledge", who="ana", why="on it")
    say(slower, "acknowledge", who="ben", why="me too")
    expect(slower.get_by_role("alert")).to_have_text(
        re.compile(r"incident 1 is acknowledged already, by ana at \d{4}-\d\d-\d\d \d\d:\d\d UTC")
    )
    expect(slower.get_by_role("alert")).to_contain_text("what you wrote: me too")
    for each in (page, slower):
        expect(each.locator("main")).to_contain_text("on it")
        expect(each.locator("tr", has_text="me too")).to_have_count(0)  # of its history
    slower.go_back()
    expect(slower.get_by_role("heading", level=1)).to_have_text("incident 1")
    other.close()


def test_what_was_typed_is_shown_where_its_form_is_no_longer_there(browser: Browser, served: Served) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served.at("/incidents/1"))
    served.says("incident", "resolve", "1", "--by", "bo", "--reason", "over")
    say(page, "acknowledge", who="ben", why="the vendor's new model")
    expect(page.get_by_role("alert")).to_contain_text("incident 1 is resolved, there is nothing left to do")
    expect(page.get_by_role("alert")).to_contain_text("the vendor's new model")
    expect(page.locator("form.says")).to_have_count(1)
    context.close()


def test_a_page_that_was_left_open_overnight_is_right_in_the_morning(page: Page, served: Served) -> None:
    page.clock.install()
    page.goto(served.at())
    expect(page).to_have_title("(1) now")
    page.context.set_offline(True)
    page.clock.fast_forward("09:00:00")
    expect(page.locator("#lost")).to_be_visible(timeout=SOON_MS)
    served.says("incident", "resolve", "1", "--by", "bo", "--reason", "over")
    page.context.set_offline(False)
    page.clock.fast_forward("00:10")
    expect(page).to_have_title("now", timeout=SOON_MS)
    expect(page.locator("#lost")).to_be_hidden(timeout=SOON_MS)
    expect(page.locator("main")).not_to_contain_text("open incidents")
