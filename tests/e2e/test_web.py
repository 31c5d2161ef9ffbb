"""The watch room in a real browser, served by the real command: the person on call finds what broke, and says so."""

import json
import os
import re
import signal
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response, expect

from reports.web.assets import assets
from tests.e2e.served import Served, say

PAGES = (
    *(
        "/",
        "/incidents",
        "/incidents/1",
        "/incidents/1/analysis",
        "/budget",
        "/silences",
        "/anchors",
        "/versions",
    ),
    *(
        "/deploys",
        "/sinks",
        "/models/tickets/prod",
        "/models/tickets/prod/intents/erasure?version=7",
        *(
            "/dead-letters",
            "/reports",
            "/labels",
            "/labels/plan",
            "/labels/drawn",
            "/labels/disputed",
            "/labels/early",
        ),
        "/budget?drop=0.2",
        "/not/there",
    ),
)
SOON_MS = 15_000


def test_from_the_first_page_the_broken_intent_is_two_clicks_away(page: Page, served: Served) -> None:
    page.goto(served.at())
    expect(page).to_have_title("(1) now")
    page.get_by_role("link", name="1", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("incident 1")
    page.go_back()
    page.get_by_role("link", name="erasure", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("erasure, tickets v7 (prod)")
    expect(page.get_by_role("img").first).to_be_visible()


def test_what_is_said_in_the_browser_is_read_in_the_terminal_and_the_back_button_does_no_harm(
    page: Page, served: Served
) -> None:
    page.goto(served.at("/incidents/1"))
    say(page, "acknowledge", who="ben", why="on the train")
    expect(page.locator("main")).to_contain_text("on the train")
    page.go_back()
    page.go_forward()
    say(page, "silence its members", who="ben", why="rolling back", until="2h")
    expect(page.get_by_role("heading", level=1)).to_have_text("incident 1")
    assert "acknowledged by ben" in served.says("incident", "show", "1") or "on the train" in served.says(
        "incident", "show", "1"
    )
    assert "rolling back" in served.says("silence", "list")
    expect(page.locator("main")).to_contain_text("acknowledged by ben at")
    expect(page.locator("main")).to_contain_text("by ben: rolling back")
    expect(page.locator("form[action$=acknowledge]")).to_have_count(0)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("incident 1")


def test_two_browsers_see_what_either_says_without_loading_anew(
    browser: Browser, page: Page, served: Served
) -> None:
    other = browser.new_context()
    reader = other.new_page()
    reader.goto(served.at("/incidents/1"))
    page.goto(served.at("/incidents/1"))
    say(page, "note", who="ana", words="the new form dropped a word")
    expect(reader.locator("main")).to_contain_text("the new form dropped a word", timeout=SOON_MS)
    served.says("incident", "note", "1", "and from the terminal", "--by", "bo")
    expect(reader.locator("main")).to_contain_text("and from the terminal", timeout=SOON_MS)
    other.close()


def test_what_a_person_is_typing_is_never_taken_away(page: Page, served: Served) -> None:
    page.goto(served.at("/incidents/1"))
    field = page.locator("form.says [name=words]")
    field.fill("half a sen")
    field.focus()
    served.says("incident", "note", "1", "meanwhile", "--by", "bo")
    page.wait_for_timeout(5_000)
    assert field.input_value() == "half a sen"
    expect(page.locator("main")).not_to_contain_text("meanwhile")


def test_a_dozen_pages_may_be_open_at_once_and_all_hear_of_a_change(browser: Browser, served: Served) -> None:
    context = browser.new_context()
    pages = [context.new_page() for _ in range(12)]
    for page in pages:
        page.goto(served.at("/silences"), timeout=SOON_MS)
    served.says("silence", "add", "--match", "intent=x", "--reason", "heard", "--until", "1h", "--by", "bo")
    for page in pages:
        expect(page.locator("main")).to_contain_text("heard", timeout=SOON_MS)
    context.close()


def test_a_lost_agent_is_said_and_a_found_one_too(page: Page, served: Served) -> None:
    page.goto(served.at("/incidents/1"))
    page.wait_for_timeout(500)
    assert served.stop(signal.SIGKILL) == -signal.SIGKILL
    expect(page.locator("#lost")).to_be_visible(timeout=SOON_MS)
    expect(page.locator("#lost")).to_have_text(re.compile("what stands here may be old"))
    say(page, "note", who="ana", words="it fell silent")
    expect(page.locator("#lost")).to_have_text(re.compile("Not sent"))
    words = page.locator("form.says [name=words]")
    expect(words).to_have_value("it fell silent")
    words.focus()
    served.start()
    expect(page.locator("#lost")).to_be_hidden(timeout=SOON_MS)  # also while somebody types
    page.locator("form[action$=note] button").click()
    expect(page.locator("main")).to_contain_text("it fell silent", timeout=SOON_MS)


def test_an_agent_that_says_nothing_for_long_is_lost_though_its_connection_stands(
    page: Page, served: Served
) -> None:
    page.goto(served.at())
    for _ in range(SOON_MS // 100):  # until it listens
        if page.evaluate("() => events !== null && events.readyState === EventSource.OPEN"):
            break
        page.wait_for_timeout(100)
    served.process.send_signal(signal.SIGSTOP)
    try:
        page.evaluate("() => { heard = 0; }")  # the forty seconds that it may be quiet
        expect(page.locator("#lost")).to_be_visible(timeout=SOON_MS)
    finally:
        served.process.send_signal(signal.SIGCONT)
    expect(page.locator("#lost")).to_be_hidden(timeout=2 * SOON_MS)


def test_what_fits_nothing_leaves_no_old_answer_and_the_field_to_mend_it(page: Page, served: Served) -> None:
    page.goto(served.at("/models/tickets/prod?version=7"))
    page.keyboard.press("/")
    page.keyboard.type("nothing of the kind")
    expect(page.get_by_text("nothing fits")).to_be_visible(timeout=SOON_MS)
    expect(page.locator("table").first).to_be_hidden()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("eras")
    expect(page.locator("table").first).to_be_visible(timeout=SOON_MS)
    page.goto(served.at("/models/tickets/prod?version=7&intent=erasur"))
    expect(page.locator("main")).to_contain_text("intent erasur: there is none; did you mean erasure?")
    page.locator("[name=intent]").fill("erasure")
    page.get_by_role("button", name="show").click()
    expect(page).to_have_url(re.compile("version=7&intent=erasure"))


def test_it_ends_by_a_signal_with_exit_0_also_while_pages_listen(page: Page, served: Served) -> None:
    page.goto(served.at())
    page.wait_for_timeout(500)
    assert served.stop() == 0


def test_without_javascript_everything_works_by_loading(browser: Browser, served: Served) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served.at("/models/tickets/prod"))
    page.locator("[name=verdict]").select_option("degraded")
    page.get_by_role("button", name="show").click()
    expect(page.locator("table.wide").last.get_by_role("row")).to_have_count(2)
    page.get_by_role("link", name="erasure").first.click()
    page.get_by_role("link", name="1", exact=True).click()
    say(page, "note", who="ben", words="no script")
    expect(page.locator("main")).to_contain_text("no script")
    context.close()


def test_keys_lead_where_they_say_and_do_nothing_while_somebody_types(page: Page, served: Served) -> None:
    page.goto(served.at("/incidents/1"))
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("a")
    page.keyboard.type("bini")
    assert page.locator("form[action$=acknowledge] [name=who]").input_value() == "bini"
    page.goto(served.at("/models/tickets/prod"))
    page.keyboard.press("/")
    page.keyboard.type("ERAS")
    assert page.locator(".filters [name=q]").input_value() == "ERAS"
    expect(page).to_have_url(re.compile("q=ERAS"))
    expect(page.locator("tbody").first).not_to_contain_text("billing")
    page.locator("h1").click()
    page.keyboard.press("i")
    expect(page).to_have_url(served.at("/incidents"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_breaks_a_rule_of_axe_or_is_wider_than_its_window(
    browser: Browser, served: Served, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    anchor = json.loads(served.says("anchor", "list", "--json"))[0]["id"]
    for width in (390, 1_920):
        page.set_viewport_size({"width": width, "height": 900})
        for place in (*PAGES, f"/anchors/{anchor}", f"/anchors/{anchor}/diff"):
            page.goto(served.at(place))
            found = [each["id"] for each in Axe().run(page).response["violations"]]
            assert (place, width, found) == (place, width, [])
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (place, width)
    context.close()


def test_a_page_asks_no_other_host_and_little_of_ours(page: Page, served: Served) -> None:
    asked: dict[str, int] = {}

    def note(answer: Response) -> None:
        parts = urlsplit(answer.url)
        name = parts.path.removeprefix("/static/")
        packed = len(assets()[name].packed) if name in assets() else None
        if parts.path != "/changes":
            asked[answer.url] = packed or int(answer.headers["content-length"])

    page.on("response", note)
    for place in PAGES:
        asked.clear()
        page.goto(served.at(place), wait_until="load")
        assert all(url.startswith(served.at()) for url in asked)
        assert 10_000 < sum(asked.values()) < 150_000, place


def test_a_page_can_be_printed(browser: Browser, served: Served, tmp_path: Path) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(served.at("/incidents/1/analysis"))
    page.pdf(path=tmp_path / "page.pdf")
    assert os.path.getsize(tmp_path / "page.pdf") > 10_000
    page.emulate_media(media="print")
    expect(page.locator("nav")).to_be_hidden()
    context.close()
