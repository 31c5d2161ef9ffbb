"""Hostile names on every page of the watch room in a real browser: nothing executes, and every page fits its window."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, expect

from monitor.app.serving import watch_room_server
from monitor.app.stores import open_stores
from monitor.settings.load import load
from tests.e2e.hostile_place import HANDS, Place
from tests.e2e.served import say
from tests.hostile import unprintable

WIDTHS = (390, 1_920)
VIOLATIONS = (
    "document.addEventListener('securitypolicyviolation',"
    " (event) => console.error('policy: ' + event.violatedDirective))"
)
PLACES_MAX = 60


class Looking(NamedTuple):
    """A page, and what went wrong on it: dialogs, errors, violations of its policy, requests to others."""

    page: Page
    address: str
    wrong: list[str]

    def links(self) -> list[str]:
        """The addresses of ours that the page leads to, of each kind of page a few."""
        places: list[str] = self.page.eval_on_selector_all(
            "a[href^='/']", "links => links.map(link => link.getAttribute('href'))"
        )
        return [place for place in places if ".csv" not in place]


@pytest.fixture(params=[hand for hand in HANDS if hand.startswith("turn") or hand == "long"])
def looking(
    request: pytest.FixtureRequest, browser: Browser, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Iterator[Looking]:
    names = HANDS[request.param]
    place = Place(tmp_path, names, capsys)
    who = ["--model", names.model, "--version", names.version, "--environment", names.environment]
    by = ["--by", names.person]
    long = f"{names.text} {'x' * 10_000}"
    for words in (
        ["anchor", "import", str(place.anchor()), *who, "--activate"],
        ["run", "--once", "--input", str(place.events())],
        ["deploy", "note", names.text[:500], "--model", names.model, *by],
        ["incident", "note", "1", long, *by],
        ["incident", "ack", "1", "--reason", long, *by],
        ["silence", "add", "--match", f"intent={names.intent}", "--reason", long, "--until", "8h", *by],
    ):
        done = place.run(*words)
        assert done.code == 0, (words, done)
    context = browser.new_context()
    context.add_init_script(VIOLATIONS)
    page, wrong = context.new_page(), list[str]()
    stores = open_stores(load([place.config], {}))
    with watch_room_server(stores, 0) as server:

        def dialog(box: Dialog) -> None:
            wrong.append(f"dialog: {box.message}")
            box.dismiss()

        def console(line: ConsoleMessage) -> None:
            if line.type == "error" and "status of 4" not in line.text:
                wrong.append(f"console: {line.text}")

        def asks(asked: Request) -> None:
            if not asked.url.startswith(server.address):
                wrong.append(f"request: {asked.url}")

        page.on("dialog", dialog)
        page.on("console", console)
        page.on("request", asks)
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        yield Looking(page, server.address, wrong)
        context.close()
    stores.close()


def fits(looking: Looking, place: str) -> None:
    for width in WIDTHS:
        looking.page.set_viewport_size({"width": width, "height": 900})
        wide = looking.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, (place, width, wide)
    shown = unprintable(looking.page.locator("body").inner_text()) - {"\t"}
    assert (place, shown, looking.wrong) == (place, set(), [])


def test_hostile_names_are_words_on_every_page_and_break_no_layout(looking: Looking) -> None:
    waiting, seen = ["/"], set[str]()
    while waiting and len(seen) < PLACES_MAX:
        place = waiting.pop(0).partition("#")[0]
        if place in seen or "sort=" in place:
            continue
        seen.add(place)
        looking.page.goto(looking.address + place, wait_until="load")
        fits(looking, place)
        waiting += looking.links()
    assert {"/incidents/1", "/incidents/1/analysis", "/silences", "/labels", "/anchors"} < seen
    assert any("/intents/" in place for place in seen)


def test_what_was_typed_into_a_refused_form_is_words_too(looking: Looking) -> None:
    page = looking.page
    page.goto(f"{looking.address}/incidents/1")
    typed = '"><script>alert(1)</script><img src=x onerror=alert(1)>\u202eabc'
    say(page, "silence its members", who=typed, why=typed, until=typed)
    expect(page.locator("[aria-invalid]").first).to_be_visible()  # what comes back, not what was sent
    expect(page.locator("form[action$=silence] [name=why]")).to_have_value(typed)
    fits(looking, "a refused form")
