"""The watch room as somebody reads it in a real browser: in their zone, by keys, without anything that jumps."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import Engine

from monitor.app.serving import watch_room_server
from monitor.app.stores import Stores
from tests.review.broken_channel import broken

SOON_MS = 15_000
SHIFT = """
window.shift = 0;
new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.shift += entry.value; })
  .observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture
def address(sqlite_engine: Engine) -> Iterator[str]:
    """Where a room with a broken intent is."""
    world = broken(sqlite_engine)
    world.outcomes("billing", "h" * 5)
    world.evaluate()
    stores = Stores(world.settings, world.engine)
    with watch_room_server(stores, 0) as server:
        yield server.address
    stores.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a reader in India, which is never at an hour of UTC."""
    context = browser.new_context(timezone_id="Asia/Kolkata")
    page = context.new_page()
    page.add_init_script(SHIFT)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
    yield page
    context.close()
    assert complaints == []


def swapped(page: Page) -> None:
    """Have the page brought up to date, as when the agent says that something changed."""
    page.evaluate("""() => new Promise((done) => {
        document.addEventListener("htmx:after:swap", done, { once: true }); refresh(); })""")


def test_times_are_the_readers_with_utc_under_the_pointer_and_nothing_jumps(page: Page, address: str) -> None:
    for place in ("/", "/incidents", "/incidents/1", "/anchors"):
        page.goto(address + place)
        if place != "/anchors":
            swapped(page)
        times = page.locator("time").evaluate_all(
            "(all) => all.map((time) => [time.dateTime, time.title, time.textContent])"
        )
        assert times
        for stamp, title, words in times:
            assert title == stamp.replace("T", " ").replace("Z", " UTC")
            minutes = [int(clock[-5:-3]) * 60 + int(clock[-2:]) for clock in (stamp[:-1], words[:16])]
            assert (minutes[1] - minutes[0]) % 1440 == timedelta(hours=5, minutes=30).seconds / 60, words
            assert words.endswith(" +05:30") or len(words) in (5, 16), words
        assert page.evaluate("window.shift") == 0, place
    expect(page.locator("#zone")).to_contain_text("Asia/")


def test_without_javascript_times_are_in_utc_and_say_so(browser: Browser, address: str) -> None:
    context = browser.new_context(timezone_id="Asia/Kolkata", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/incidents/1")
    expect(page.locator("time").first).to_contain_text(" UTC")
    expect(page.locator("#zone")).to_have_text("UTC")
    context.close()


def test_what_somebody_wrote_and_where_they_are_outlasts_a_change(page: Page, address: str) -> None:
    page.goto(f"{address}/incidents/1")
    field = page.locator("form.says [name=words]")
    field.fill("half a sen")
    page.locator("h1").click()
    page.evaluate("window.scrollTo(0, 200)")
    swapped(page)
    assert field.input_value() == "half a sen"
    assert page.evaluate("window.scrollY") == 200
    page.locator("main a").first.focus()
    before = page.evaluate("document.activeElement.href")
    swapped(page)
    assert page.evaluate("document.activeElement.href") == before


def test_a_filter_narrows_the_table_while_it_is_typed_and_its_address_can_be_pasted(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/models/tickets/prod?sort=floor")
    page.locator("[name=intent]").press_sequentially("bill*")
    expect(page.locator("table.wide").last.get_by_role("row")).to_have_count(2, timeout=SOON_MS)
    assert page.evaluate("document.activeElement.name + document.activeElement.value") == "intentbill*"
    assert "intent=bill*" in page.url
    assert "sort=floor" in page.url
    page.locator("[name=intent]").press_sequentially("no such")
    expect(page.locator("#nothing")).to_be_visible(timeout=SOON_MS)
    expect(page.locator("#lost")).to_be_hidden()


def test_what_is_typed_or_chosen_before_the_scripts_are_there_is_searched_for(
    page: Page, address: str
) -> None:
    held: list[Route] = []
    page.route("**/htmx.js*", lambda route: held.append(route))
    with page.expect_request("**/htmx.js*"):
        page.goto(f"{address}/models/tickets/prod", wait_until="commit")
    page.locator("[name=intent]").fill("bill*")
    page.locator("[name=verdict]").select_option("ok")
    held[0].continue_()
    expect(page).to_have_url(re.compile(r"intent=bill\*.*verdict=ok"), timeout=SOON_MS)
    expect(page.locator("table.wide").last.get_by_role("row")).to_have_count(2, timeout=SOON_MS)


def test_keys_walk_through_the_rows_and_leave_a_field(page: Page, address: str) -> None:
    page.goto(f"{address}/models/tickets/prod")
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    for _ in range(3):
        page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.closest('tr').rowIndex") == 1
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("tickets v7 (prod)")
