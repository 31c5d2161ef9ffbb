"""A form that is refused, or comes after its session is over, over HTTP: nothing that was typed is lost."""

import re
from html import unescape

import httpx
import pytest

from monitor.errors import AnchorwatchError, ConfigError, InputError, LeaseHeldError, UnavailableError
from monitor.review.ports.screen import RefusedForm
from tests.connectors.web.rooms import ANA, VIC, Knocking, form_token
from tests.fakes.room import FakeDesk, FakeRoom

FORM = {"Content-Type": "application/x-www-form-urlencoded"}

REFUSALS: tuple[tuple[AnchorwatchError, int, dict[str, str], str], ...] = (
    (InputError({"--by": "say who", "WORDS": "say what"}), 422, {"who": "say who", "words": "say what"}, ""),
    (InputError({"--until": "say how long"}), 422, {"until": "say how long"}, ""),
    (ConfigError(["incident 7 is resolved"]), 409, {}, "incident 7 is resolved"),
    (UnavailableError("the database is out of reach"), 503, {}, "the database is out of reach"),
    (LeaseHeldError(), 503, {}, "another agent is evaluating just now"),
)


@pytest.mark.parametrize(("error", "status", "problems", "words"), REFUSALS)
def test_what_is_refused_comes_back_on_its_page_with_what_was_typed_and_why(
    browser: httpx.Client,
    desk: FakeDesk,
    error: AnchorwatchError,
    status: int,
    problems: dict[str, str],
    words: str,
) -> None:
    desk.fails = error
    fields = {"form": form_token(browser.get("/incidents/7").text), "who": "ben", "words": "rolled back"}
    sent = browser.post("/incidents/7/note", data=fields)
    assert sent.status_code == status
    assert "<p>incident 7</p>" in sent.text
    assert str(RefusedForm("/incidents/7/note", fields, problems, words)) in sent.text


def test_a_page_that_was_too_old_to_be_sent_is_made_anew_with_what_was_typed(
    browser: httpx.Client, desk: FakeDesk
) -> None:
    browser.get("/incidents/7")
    fields = {"form": "of yesterday", "who": "ben", "words": "rolled back"}
    sent = browser.post("/incidents/7/note", data=fields)
    assert (sent.status_code, desk.done) == (409, [])
    assert str(fields) in sent.text
    assert (
        browser.post("/incidents/7/note", data={**fields, "form": form_token(sent.text)}).status_code == 303
    )
    assert desk.done == [("note", 7, "ben", "rolled back")]


def test_where_not_even_the_page_can_be_had_what_was_typed_is_there(
    browser: httpx.Client, desk: FakeDesk, room: FakeRoom
) -> None:
    fields = {"form": form_token(browser.get("/incidents/7").text), "who": "ben", "words": "rolled back"}
    desk.fails = room.fails = UnavailableError("the database is out of reach")
    sent = browser.post("/incidents/7/note", data=fields)
    assert sent.status_code == 503
    assert str(fields) in sent.text


@pytest.mark.parametrize("action", ["acknowledge", "note", "resolve", "silence"])
def test_the_address_of_an_action_leads_to_its_page(browser: httpx.Client, action: str) -> None:
    answer = browser.get(f"/incidents/7/{action}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/incidents/7")


def hidden(page: str) -> dict[str, str]:
    """The fields that a page sends on unseen."""
    return {
        name: unescape(value)
        for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)
    }


def test_what_was_sent_too_late_is_kept_by_the_login_and_waits_to_be_sent_anew(knocking: Knocking) -> None:
    words = 'rolled "back" & <b>looking</b>'
    late = knocking.note(words=words)
    again = knocking.browser.post("/login", data={**hidden(late.text), "token": "aw_nobodys"})
    assert again.status_code == 401
    entered = knocking.browser.post("/login", data={**hidden(again.text), "token": ANA})
    assert (entered.status_code, entered.headers["location"]) == (307, "/incidents/7/note")
    back = knocking.browser.post("/incidents/7/note", content=entered.request.content, headers=FORM)
    assert (back.status_code, knocking.desk.done) == (200, [])
    assert "not sent yet" in back.text
    assert repr(words) in back.text
    assert knocking.note(words=words).status_code == 303
    assert knocking.desk.done == [("note", 7, "ana", words)]


def test_a_login_without_the_cookie_of_its_page_still_keeps_what_was_sent_too_late(
    knocking: Knocking,
) -> None:
    late = knocking.note(words="rolled back")
    knocking.browser.cookies.clear()
    again = knocking.browser.post("/login", data={**hidden(late.text), "token": ANA})
    assert again.status_code == 409
    assert "look at it as it is now, and send it anew" in again.text
    entered = knocking.browser.post("/login", data={**hidden(again.text), "token": ANA})
    assert (entered.status_code, entered.headers["location"]) == (307, "/incidents/7/note")
    assert b"words=rolled+back" in entered.request.content


def test_who_may_only_look_is_led_to_the_page_instead(knocking: Knocking) -> None:
    late = knocking.note()
    entered = knocking.browser.post("/login", data={**hidden(late.text), "token": VIC})
    assert (entered.status_code, entered.headers["location"]) == (303, "/incidents/7")


@pytest.mark.parametrize("place", ["https://evil.example/x", "//evil.example", "/logout", ""])
def test_what_was_sent_too_late_goes_nowhere_but_to_us(knocking: Knocking, place: str) -> None:
    fields = {"form": knocking.form_token(), "token": ANA, "to": "/incidents/7", "unsent": place}
    answer = knocking.browser.post("/login", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/incidents/7")
