"""Every page of the watch room on a phone, a wide screen and paper: nothing is cut, covered, or for mice only."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from monitor.app.desk import Desk
from monitor.app.serving import watch_room_server
from tests.app.full_room import full_room
from tests.e2e.unreadable import AFTER, RECORDED, TOO_SMALL, UNREADABLE, WRITTEN_OVER

NOTE = "it came with the new tokenizer, as far as we can tell; " * 90
INTENT = "/models/tickets/prod/intents/erasure?version=7"
MODEL = "/models/tickets/prod"
SHOP = "/models/shop%252Ffront/eu%20west"
PLACES = (
    *("/", "/incidents", "/incidents/1", "/incidents/1/analysis", "/budget", "/budget?drop=0.2", "/silences"),
    *(
        "/anchors",
        "/labels",
        "/labels/plan?model=tickets",
        "/versions",
        "/deploys",
        "/sinks",
        "/dead-letters",
    ),
    *(MODEL, INTENT),
)
PHONE, PAPER = 390, 688


class Phone(NamedTuple):
    """A page of a phone, and where the room is."""

    page: Page
    address: str

    def at(self, place: str, width: int = PHONE) -> Page:
        """The page, there."""
        self.page.set_viewport_size({"width": width, "height": 844})
        self.page.goto(self.address + place)
        return self.page


@pytest.fixture
def address(sqlite_engine: Engine, tmp_path: Path) -> Iterator[str]:
    """Where a room with something on every page is."""
    stores = full_room(sqlite_engine, tmp_path)
    Desk(stores).note(1, "ana", NOTE)
    with watch_room_server(stores, 0) as server:
        yield server.address
    stores.close()


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Phone]:
    context = browser.new_context(has_touch=True, timezone_id="Asia/Kolkata")
    context.add_init_script(RECORDED)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield Phone(page, address)
    context.close()
    assert complaints == []


@pytest.mark.parametrize("width", [PHONE, 768, 1_280, 1_920])
def test_no_words_are_cut_or_covered_on_any_page(phone: Phone, width: int) -> None:
    anchors = phone.at("/anchors").locator("tbody a").first.get_attribute("href")
    for place in (*PLACES, str(anchors), f"{anchors}/diff"):
        page = phone.at(place, width)
        assert (place, page.evaluate(UNREADABLE, [width > PHONE])) == (place, [])
        assert page.evaluate("document.documentElement.scrollWidth") <= width, place
        assert page.evaluate(WRITTEN_OVER) == [], place


def test_on_paper_nothing_is_cut_and_dark_is_light(browser: Browser, address: str) -> None:
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.set_viewport_size({"width": PAPER, "height": 1_000})
    for place in PLACES:
        page.emulate_media(media="screen")
        page.goto(address + place)
        page.emulate_media(media="print")
        assert (place, page.evaluate(UNREADABLE, [False])) == (place, [])
        assert page.evaluate("document.documentElement.scrollWidth") <= PAPER, place
        ink, paper = page.evaluate(
            "(({ color, backgroundColor }) => [color, backgroundColor])(getComputedStyle(document.body))"
        )
        assert (ink, paper) == ("rgb(26, 26, 26)", "rgb(255, 255, 255)")
        expect(page.get_by_text("arrow keys")).to_have_count(page.locator(".chart").count())
        for hidden in (
            ".chart canvas",
            ".said",
            ".links",
            ".filters",
            "form",
            "details:not(.more) > summary",
        ):
            assert not any(each.is_visible() for each in page.locator(hidden).all()), (place, hidden)
        for figure in page.locator(".chart").all():
            picture = figure.locator("svg.broad")
            expect(picture).to_be_visible()
            boxes = figure.bounding_box(), picture.bounding_box()
            assert boxes[0]
            assert boxes[1]
            assert boxes[0]["height"] - boxes[1]["height"] < 10
    context.close()


def test_a_printed_incident_has_every_note_in_full(browser: Browser, address: str, tmp_path: Path) -> None:
    page = browser.new_page()
    page.goto(f"{address}/incidents/1")
    folded = page.locator("details.more")
    shown = folded.bounding_box()
    page.emulate_media(media="print")
    printed = folded.bounding_box()
    assert shown
    assert printed
    assert printed["height"] > 5 * shown["height"]
    page.close()


def test_a_long_note_is_folded_and_unfolds(phone: Phone) -> None:
    page = phone.at("/incidents/1")
    note = page.locator("td", has=page.locator("details.more"))
    assert 100 < len(note.inner_text()) < 400
    assert page.locator("details.more").count() == 1
    assert note.locator("summary").evaluate(AFTER) == '" more"'
    note.locator("summary").click()
    assert NOTE.strip() in note.inner_text()
    assert note.locator("summary").evaluate(AFTER) == '"less"'


def test_what_matters_most_comes_first_on_a_card(phone: Phone) -> None:
    page = phone.at(MODEL)
    card = page.locator("table:has(thead.sorts) tbody tr").first
    order = card.evaluate(
        """(row) => [...row.cells].map((cell) => [cell.dataset.head ?? "", cell.getBoundingClientRect()])
            .sort((one, other) => one[1].top - other[1].top || one[1].left - other[1].left).map(([name]) => name)"""
    )
    assert {"", "floor", "since release", "verdict"} <= set(order[:6]), order
    assert order[0] == ""
    assert order.index("evidence since release") > order.index("verdict")


def test_a_chart_fills_its_place_without_a_script_and_the_page_says_that_it_stands_still(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for width in (PHONE, 1_280):
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(address + INTENT)
        expect(page.get_by_text("does not refresh by itself")).to_be_visible()
        for figure in page.locator(".chart").all():
            picture = figure.locator("svg:visible")
            expect(picture).to_have_count(1)
            around, within = figure.bounding_box(), picture.bounding_box()
            assert around
            assert within
            assert within["width"] > 0.95 * around["width"]
            assert around["height"] - within["height"] < 10
    page.goto(f"{address}/incidents/1/analysis")
    expect(page.get_by_text("does not refresh by itself")).to_have_count(0)  # nor does it with one
    context.close()


def test_a_column_that_orders_the_rows_says_so_in_sign_and_in_words(phone: Phone) -> None:
    page = phone.at(f"{MODEL}?sort=floor", 1_280)
    floor = page.get_by_role("columnheader", name="floor")
    assert floor.get_attribute("aria-sort") == "ascending"
    assert floor.locator("a").evaluate(AFTER) == '" ▲"'
    assert page.locator("[aria-sort]").count() == 1
    floor.locator("a").click()
    expect(page.locator("[aria-sort=descending]")).to_have_count(1)
    assert page.locator("[aria-sort] a").evaluate(AFTER) == '" ▼"'


def test_what_has_no_other_order_has_no_links_to_one(phone: Phone) -> None:
    page = phone.at(MODEL, 1_280)
    assert page.locator("table:has(thead.sorts)").count() == 1
    expect(page.locator("thead.sorts a", has_text="floor")).to_have_count(1)
    assert page.locator("th", has_text="W47").locator("a").count() == 0  # weeks
    assert page.locator("th", has_text="last label").locator("a").count() == 0  # one row


def test_a_touch_says_what_a_time_is_in_utc_and_of_how_many_labels_a_week_is(phone: Phone) -> None:
    page = phone.at(MODEL)
    for selector in ("time", "td .hint:not(:text('·'))"):
        touched = page.locator(selector).first
        touched.tap()
        title = touched.get_attribute("title")
        assert title is not None
        assert touched.evaluate(AFTER) == f'"{title}"'
        assert touched.evaluate("(element) => getComputedStyle(element, '::after').position") == "fixed"
        assert ("label" in title) is (selector != "time")
    expect(page.locator("footer")).to_contain_text("touch one")
    expect(page.locator("main")).to_contain_text("Touch a week, or point at it")


def test_all_times_are_in_utc_at_a_button_and_stay_so(phone: Phone) -> None:
    page = phone.at("/incidents/1")
    first = page.locator("main time").first
    assert first.inner_text().endswith("+05:30")
    expect(page.locator("th", has_text="predicted, local")).to_have_count(1)
    for _ in range(2):
        if page.locator("#zone").inner_text() != "UTC":
            page.get_by_role("button", name="show all in UTC").click()
        assert first.inner_text().endswith(" UTC")
        assert str(first.get_attribute("title")).endswith("+05:30")
        expect(page.locator("th", has_text="predicted, UTC")).to_have_count(1)
        expect(page.locator("#zone")).to_have_text("UTC")
        page.reload()
    page.get_by_role("button", name="show all in Asia").click()
    assert first.inner_text().endswith("+05:30")


def test_in_utc_there_is_no_other_zone_to_speak_of(browser: Browser, address: str) -> None:
    context = browser.new_context(timezone_id="UTC")
    page = context.new_page()
    page.goto(f"{address}/incidents/1")
    assert page.locator("footer").inner_text().strip() == "times in UTC"
    expect(page.locator("th", has_text="predicted, UTC")).to_have_count(1)
    context.close()


def test_what_is_touched_is_large_enough(phone: Phone) -> None:
    for place in PLACES:
        for width in (PHONE, 1_280):
            page = phone.at(place, width)
            assert (
                place,
                page.evaluate(
                    TOO_SMALL, [24, "a:not(.skip), button, input:not([type=hidden]), select, summary, .hint"]
                ),
            ) == (place, [])
        page = phone.at(place)
        main_ones = "nav a, .links a, button, input:not([type=hidden]), select, thead a, td:first-child > a"
        assert (place, page.evaluate(TOO_SMALL, [44, main_ones])) == (place, [])


def test_the_menu_is_one_row_in_which_the_page_is_in_sight(phone: Phone) -> None:
    for place in ("/", "/labels", "/reports"):
        page = phone.at(place)
        menu, here = (
            page.locator("nav ul").first.bounding_box(),
            page.locator("nav [aria-current]").bounding_box(),
        )
        assert menu
        assert here
        assert menu["height"] < 60
        assert here["x"] >= 0
        assert here["x"] + here["width"] <= PHONE


def test_fields_beside_each_other_are_as_high_and_a_row_is_marked_to_its_end(phone: Phone) -> None:
    page = phone.at(MODEL, 1_280)
    heights = page.locator(".filters input, .filters select, .filters button").evaluate_all(
        "(all) => all.map((each) => each.offsetHeight)"
    )
    assert len(set(heights)) == 1, heights
    page.keyboard.press("j")
    page.keyboard.press("j")
    colours = page.evaluate(
        "[...document.activeElement.closest('tr').cells].map((cell) => getComputedStyle(cell).backgroundColor)"
    )
    assert len(set(colours)) == 1
    assert colours[0] not in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("the next and the previous row")
