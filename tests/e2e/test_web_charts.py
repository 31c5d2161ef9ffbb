"""The charts of an intent in a real browser: read by pointer, finger and keys, and seen without a script."""

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from monitor.app.serving import watch_room_server
from monitor.app.stores import Stores
from tests.e2e.unreadable import RECORDED, WRITTEN_OVER
from tests.review.looked import fallen

PLACE = "/models/tickets/prod/intents/erasure?version=7"


@pytest.fixture
def address(sqlite_engine: Engine) -> Iterator[str]:
    """Where a room with an intent that fell is."""
    world = fallen(sqlite_engine)
    stores = Stores(world.settings, world.engine)
    with watch_room_server(stores, 0) as server:
        yield server.address
    stores.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(has_touch=True, timezone_id="Asia/Kolkata")
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.goto(address + PLACE)
    yield page
    context.close()
    assert complaints == []


def test_values_are_read_by_pointer_finger_and_keys_in_the_readers_zone(page: Page) -> None:
    recall, evidence, _ = page.locator(".chart").all()
    said = recall.locator(".said")
    box = recall.locator(".u-over").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 10, box["y"] + 50)
    expect(said).to_have_text(re.compile(": recall 1"))
    by_pointer = said.inner_text()
    recall.focus()
    page.keyboard.press("End")
    last = said.inner_text()
    assert last != by_pointer
    assert last.endswith("of the 5 tickets up to here 4 missed, 0.20")
    assert last.startswith("2026-11-21 12:30: ")  # seven in the morning, UTC
    page.keyboard.press("ArrowLeft")
    assert said.inner_text() != last
    page.keyboard.press("ArrowRight")
    assert said.inner_text() == last
    page.keyboard.press("Escape")
    expect(said).to_contain_text("touch the chart")
    evidence.scroll_into_view_if_needed()
    page.wait_for_timeout(500)  # a plot asks where it is a moment after it was scrolled
    box = evidence.locator(".u-over").bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] - 2, box["y"] + 50)
    expect(evidence.locator(".said")).to_contain_text("and a page stands")


def test_a_change_leaves_what_is_read_and_unfolded(page: Page) -> None:
    page.locator(".chart").first.focus()
    page.keyboard.press("End")
    page.locator("details").first.locator("summary").click()
    said = page.locator(".chart .said").first.inner_text()
    page.evaluate("""() => new Promise((done) => {
        document.addEventListener("htmx:after:swap", done, { once: true }); refresh(); })""")
    assert page.locator(".chart .said").first.inner_text() == said
    assert page.locator(".chart canvas").count() == 3
    expect(page.locator("details table").first).to_be_visible()


def test_without_javascript_there_is_the_picture_and_its_table(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + PLACE)
    expect(page.locator(".chart svg:visible")).to_have_count(3)
    page.locator("summary").first.click()
    expect(page.locator("details").first.get_by_role("cell", name="0.20", exact=True).last).to_be_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_charts_break_no_rule_of_axe_and_fit_their_window(
    browser: Browser, address: str, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)
    context.add_init_script(RECORDED)
    page = context.new_page()
    for width in (390, 1_920):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address + PLACE)
        assert page.evaluate(WRITTEN_OVER) == []  # the page came a day after the last ticket
        assert [each["id"] for each in Axe().run(page).response["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
