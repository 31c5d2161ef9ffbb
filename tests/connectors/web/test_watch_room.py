"""The watch room over HTTP: who is let in, what each answer says to the browser, and what a form does."""

import httpx
import pytest

from connectors.web.guard import HEADERS
from connectors.web.server import RoomServer
from monitor.errors import ConfigError, UnavailableError
from tests.connectors.web.rooms import form_token, opened
from tests.fakes.room import FakeDesk, FakeRoom

ADDRESSES = (
    "/",
    "/incidents",
    "/budget",
    "/silences",
    "/anchors",
    "/versions",
    "/deploys",
    "/sinks",
    "/dead-letters",
    "/reports",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_each_page_is_there_as_html_and_as_json(browser: httpx.Client, address: str) -> None:
    page = browser.get(address)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    programs = browser.get(f"{address if address != '/' else '/now'}.json")
    assert (programs.status_code, programs.headers["content-type"]) == (200, "application/json")


def test_what_is_asked_of_the_budget_stands_in_its_address(browser: httpx.Client) -> None:
    place = "/budget{}?drop=0.05&labels=a%3D3"
    assert "budget {'drop': '0.05', 'labels': 'a=3'}" in browser.get(place.format("")).text
    assert browser.get(place.format(".json")).headers["content-type"] == "application/json"


def test_a_page_of_a_model_is_asked_for_by_names_that_hold_anything(
    browser: httpx.Client, room: FakeRoom
) -> None:
    browser.get("/models/a~1b%20c/pr%C3%B6d?intent=gdpr*&verdict=degraded")
    assert room.asked == ("a/b c", "pröd", {"intent": "gdpr*", "verdict": "degraded"})


def test_every_answer_forbids_scripts_frames_and_what_is_of_other_hosts(browser: httpx.Client) -> None:
    for address in ("/", "/incidents/7", "/static/room.css", "/not/there", "/incidents/7/tickets.csv"):
        sent = browser.get(address).headers
        assert {name: sent[name] for name in HEADERS} == dict(HEADERS), address
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "*" not in policy


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "evil.example:80", "[::2]"])
def test_a_name_that_is_not_ours_is_refused_so_that_no_other_site_can_stand_for_us(
    browser: httpx.Client, host: str
) -> None:
    assert browser.get("/", headers={"Host": host}).status_code == 421


def test_a_person_says_that_they_are_on_it_and_is_back_on_the_page(
    browser: httpx.Client, desk: FakeDesk
) -> None:
    token = form_token(browser.get("/incidents/7").text)
    answer = browser.post("/incidents/7/acknowledge", data={"form": token, "who": " ben ", "why": "looking"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/incidents/7")
    assert desk.done == [("acknowledge", 7, "ben", "looking")]


def test_each_form_reaches_its_own_action(browser: httpx.Client, desk: FakeDesk) -> None:
    token = form_token(browser.get("/incidents/7").text)
    fields = {"form": token, "who": "ben", "why": "known", "words": "remember", "until": "8h"}
    for action in ("acknowledge", "note", "resolve", "silence"):
        assert browser.post(f"/incidents/7/{action}", data=fields).status_code == 303
    assert desk.done == [
        ("acknowledge", 7, "ben", "known"),
        ("note", 7, "ben", "remember"),
        ("resolve", 7, "ben", "known"),
        ("silence", 7, "ben", "known", "8h"),
    ]


def test_a_backtest_is_begun_from_the_budget_looked_at_and_ended(
    browser: httpx.Client, room: FakeRoom
) -> None:
    token = form_token(browser.get("/budget?drop=0.05").text)
    said = {"form": token, "who": "ben", "drop": "0.05"}
    begun = browser.post("/budget/backtest", data=said)
    assert (begun.status_code, begun.headers["location"]) == (303, "/backtests/abc")
    assert room.jobs.begun == [({"who": "ben", "drop": "0.05"}, "ben")]
    assert "backtest abc" in browser.get("/backtests/abc").text
    assert browser.get("/backtests/abc.json").json() == {"words": "backtest abc"}
    assert browser.get("/backtests/other").status_code == 404
    ended = browser.post("/backtests/abc/cancel", data=said)
    assert (ended.headers["location"], room.jobs.cancelled) == ("/backtests/abc", [("abc", "ben")])
    assert browser.post("/backtests/abc/cancel", data={"who": "eve"}).status_code == 409
    room.jobs.fails = ConfigError(["a backtest of ana is running"])
    refused = browser.post("/budget/backtest", data=said)
    assert (refused.status_code, "of ana is running" in refused.text) == (409, True)
    assert "budget {'form'" in refused.text  # the page with what was asked
    assert browser.post("/budget/backtest", data={"who": "eve"}).status_code == 409
    assert len(room.jobs.begun) == 1
    for place, back in (("/budget/backtest", "/budget"), ("/backtests/abc/cancel", "/backtests/abc")):
        assert browser.get(place).headers["location"] == back


def test_an_anchor_is_activated_in_the_place_of_the_one_that_was_shown(
    browser: httpx.Client, desk: FakeDesk
) -> None:
    assert "b1 in the place of what holds" in browser.get("/anchors/b1/diff").text
    assert "b1 in the place of a1" in browser.get("/anchors/a1/diff/b1").text
    assert browser.get("/anchors/a1/diff/b1.json").json() == {"words": "b1 in the place of a1"}
    assert browser.get("/anchors/b1/diff.json").json() == {"words": "b1 in the place of what holds"}
    token = form_token(browser.get("/anchors/b1/diff").text)
    said = {"form": token, "who": " ben "}
    sent = browser.post("/anchors/b1/instead-of/a1/activate", data=said)
    assert (sent.status_code, sent.headers["location"]) == (303, "/anchors/b1")
    assert browser.post("/anchors/b1/instead-of/none/activate", data=said).status_code == 303
    assert desk.done == [("activate", "b1", "ben", "a1"), ("activate", "b1", "ben", "")]
    desk.fails = ConfigError(["held to another by now"])
    refused = browser.post("/anchors/b1/instead-of/a1/activate", data=said)
    assert (refused.status_code, "held to another by now" in refused.text) == (409, True)
    assert browser.post("/anchors/b1/instead-of/a1/activate", data={"who": "eve"}).status_code == 409
    assert browser.get("/anchors/b1/instead-of/a1/activate").headers["location"] == "/anchors/b1/diff"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
    ],
)
def test_what_another_site_has_a_browser_send_is_refused(
    browser: httpx.Client, desk: FakeDesk, headers: dict[str, str]
) -> None:
    token = form_token(browser.get("/incidents/7").text)
    sent = browser.post("/incidents/7/resolve", data={"form": token, "who": "eve"}, headers=headers)
    assert (sent.status_code, desk.done) == (403, [])


@pytest.mark.parametrize("token", ["", "guessed"])
def test_a_form_without_the_token_of_its_page_does_nothing(
    browser: httpx.Client, desk: FakeDesk, token: str
) -> None:
    browser.get("/incidents/7")
    sent = browser.post("/incidents/7/resolve", data={"form": token, "who": "eve"})
    assert (sent.status_code, desk.done) == (409, [])
    assert "look at it as it is now" in sent.text


def test_the_cookie_of_the_token_is_for_no_script_and_no_other_site(browser: httpx.Client) -> None:
    cookie = browser.get("/").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_a_body_that_is_too_long_or_of_unknown_length_is_refused_unread(
    browser: httpx.Client, desk: FakeDesk
) -> None:
    long = browser.post("/incidents/7/note", content=b"who=" + b"x" * 70_000)
    unknown = browser.post("/incidents/7/note", content=iter([b"who=x"]))
    assert (long.status_code, unknown.status_code, desk.done) == (413, 413, [])


def test_a_report_with_scripts_runs_apart_from_the_room_and_asks_nobody(browser: httpx.Client) -> None:
    answer = browser.get("/reports/week/a.html")
    policy = answer.headers["content-security-policy"]
    assert (answer.status_code, answer.content) == (200, b"<script>1</script>")
    assert policy.startswith("sandbox allow-scripts; default-src 'none'")
    assert "allow-same-origin" not in policy
    assert "connect-src" not in policy
    assert browser.get("/reports/none.html").status_code == 404


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/incidents/8", 404),
        ("/incidents/99999999999999999999999", 404),
        ("/incidents/x", 404),
        ("/incidents/0", 404),
        ("/not/there", 404),
        ("/static/..%2froom.py", 404),
    ],
)
def test_what_is_not_there_is_said_on_a_page_that_leads_on(
    browser: httpx.Client, address: str, status: int
) -> None:
    answer = browser.get(address)
    assert answer.status_code == status
    assert "there is no" in answer.text


@pytest.mark.parametrize("action", ["acknowledge", "note", "resolve", "silence"])
def test_a_number_that_no_database_can_hold_is_of_no_incident(
    browser: httpx.Client, desk: FakeDesk, action: str
) -> None:
    token = form_token(browser.get("/incidents/7").text)
    fields = {"form": token, "who": "ben", "why": "x", "words": "x", "until": "1h"}
    browser.post(f"/incidents/{10**20}/{action}", data=fields)
    assert [done[1] for done in desk.done] == [0]


def test_a_defect_is_no_answer_without_the_rules_and_tells_strangers_nothing(
    browser: httpx.Client, room: FakeRoom
) -> None:
    room.on_page = lambda: 1 / 0
    answer = browser.get("/")
    assert (answer.status_code, answer.text) == (500, "a defect of Anchorwatch; its log says which\n")
    assert {name: answer.headers[name] for name in HEADERS} == dict(HEADERS)


def test_a_database_out_of_reach_is_said_and_is_no_fault_of_the_visitor(
    browser: httpx.Client, room: FakeRoom
) -> None:
    room.fails = UnavailableError("the database is out of reach")
    answer = browser.get("/")
    assert (answer.status_code, "out of reach" in answer.text) == (503, True)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com"])
def test_an_address_that_others_can_reach_is_refused_at_the_start(
    room: FakeRoom, desk: FakeDesk, host: str
) -> None:
    with pytest.raises(ConfigError, match="asks nobody who they are"):
        RoomServer(opened(room, desk), host, 0)


def test_a_port_that_is_taken_is_said(browser: httpx.Client, room: FakeRoom, desk: FakeDesk) -> None:
    with pytest.raises(ConfigError, match=r"web\.port: can't listen on 127\.0\.0\.1:\d+"):
        RoomServer(opened(room, desk), "127.0.0.1", browser.base_url.port or 0)
