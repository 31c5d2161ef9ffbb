"""Questions to the watch room in a real browser: what would change, what would it have paged; and the steps behind."""

import re
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.e2e.served import Served, say

SOON_MS, LONG_MS = 30_000, 240_000
REPLAY = "replay the past by these settings"


def other_anchor(served: Served, folder: Path) -> str:
    """Another anchor of the same version, not active; the beginning of its id."""
    file = folder / "other.csv"
    file.write_text("intent,recall,support\nerasure,0.30,200\nbilling,0.95,100\n")
    said = served.says("anchor", "import", str(file), "--model", "tickets", "--version", "7")
    found = re.search(r"anchor ([0-9a-f]{12})", said)
    assert found
    return found[1]


def test_an_anchor_is_activated_behind_what_it_changes_without_javascript(
    browser: Browser, served: Served, tmp_path: Path
) -> None:
    anchor = other_anchor(served, tmp_path)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served.at("/anchors"))
    page.get_by_role("link", name=anchor).click()
    page.get_by_role("link", name="what changes if it is activated").click()
    row = page.get_by_role("row").filter(has=page.get_by_role("cell", name="erasure", exact=True))
    expect(row).to_contain_text("degraded → seen")
    expect(page.get_by_role("main")).to_contain_text("labels so far is bet on again")
    say(page, "activate", who="ben")
    expect(page.get_by_role("main")).to_contain_text("by ben")
    assert re.search(rf"{anchor}.*ben", served.says("anchor", "list"))
    page.go_back()
    expect(page.get_by_role("main")).to_contain_text("already; nothing is to come")
    expect(page.get_by_role("button", name="activate")).to_have_count(0)
    context.close()


def test_a_question_to_the_budget_leads_to_a_backtest_that_is_followed_live(
    page: Page, served: Served
) -> None:
    page.goto(served.at("/budget"))
    page.get_by_label("false pages a year").fill("4")
    page.get_by_role("button", name="show").click()
    expect(page).to_have_url(re.compile("false_pages=4"))
    expect(page.get_by_role("heading", name="what if")).to_be_visible()
    say(page, REPLAY, who="ana")
    expect(page.get_by_role("heading", level=1)).to_contain_text("backtest")
    expect(page.get_by_role("main")).to_contain_text("begun by ana")
    expect(page.get_by_role("main")).to_contain_text(
        "outcomes from", timeout=LONG_MS
    )  # nobody loads it again
    expect(page.get_by_role("button", name="cancel")).to_have_count(0)


def test_a_backtest_is_ended_by_a_person_without_javascript(browser: Browser, served: Served) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(SOON_MS)
    page.goto(served.at("/budget?drop=0.2"))
    say(page, REPLAY, who="ana")
    say(page, "cancel", who="ben")
    expect(page.get_by_role("main")).to_contain_text("cancelled by ben")
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("cancelled by ben")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_none_of_these_pages_breaks_a_rule_of_axe_or_is_wider_than_its_window(
    browser: Browser, served: Served, tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    places = (
        f"/anchors/{other_anchor(served, tmp_path)}/diff",
        "/budget?false_pages=4&labels=erasure%3D9&drop=0.2",
    )
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(served.at(places[1]))
    say(page, REPLAY, who="ana")
    expect(page.get_by_role("heading", level=1)).to_contain_text("backtest")  # its own page, and loaded
    for place in (*places, page.url.removeprefix(served.at(""))):
        for width in (390, 1_920):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(served.at(place))
            found = [each["id"] for each in Axe().run(page).response["violations"]]
            assert (place, width, found) == (place, width, [])
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (place, width)
    context.close()
