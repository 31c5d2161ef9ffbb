"""The watch room with tokens over HTTP: nobody enters without one, and what they do is noted with their name."""

import re

import httpx
import pytest
from structlog.testing import capture_logs

from connectors.web.server import RoomServer
from monitor.domain.access.tokens import HeldToken, digest
from monitor.domain.access.visitor import RoomRole
from monitor.errors import ConfigError
from tests.connectors.web.rooms import ANA, VIC, FakeTokens, Knocking, opened
from tests.fakes.room import FakeDesk, FakeRoom

BEHIND = (
    "/",
    "/now.json",
    "/incidents/7",
    "/incidents/7/tickets.csv",
    "/incidents.json",
    "/not/there",
    "/docs",
)


@pytest.mark.parametrize("address", BEHIND)
def test_nothing_of_the_room_is_seen_from_outside(knocking: Knocking, address: str) -> None:
    answer = knocking.browser.get(address)
    if address.endswith((".json", ".csv")):
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert "Bearer TOKEN" in answer.text
    else:
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/login?to={address}"
    assert "for ," not in answer.text


def test_the_login_page_and_its_style_are_all_that_is_there_for_everybody(knocking: Knocking) -> None:
    page = knocking.browser.get("/login")
    assert page.status_code == 200
    assert 'type="password"' in page.text
    assert knocking.browser.get("/static/room.css").status_code == 200
    assert knocking.browser.get("/static/../incidents/7").status_code == 303


def test_who_has_a_token_is_let_in_and_back_where_they_were(knocking: Knocking) -> None:
    asked = knocking.browser.get("/models/a~1b/prod?intent=gdpr*&verdict=degraded")
    page = knocking.browser.get(asked.headers["location"])
    back = re.search(r'name="to" value="([^"]+)"', page.text)
    assert back
    answer = knocking.log_in(ANA, back[1].replace("&amp;", "&"))
    assert answer.status_code == 303
    assert answer.headers["location"] == "/models/a~1b/prod?intent=gdpr*&verdict=degraded"
    assert "for ana, responder" in knocking.browser.get(answer.headers["location"]).text


@pytest.mark.parametrize("token", ["", "aw_nobodys", ANA.upper(), digest(ANA), f"{ANA}\0"])
def test_any_other_token_lets_nobody_in(knocking: Knocking, token: str) -> None:
    answer = knocking.log_in(token)
    assert answer.status_code == 401
    assert "this token lets nobody in" in answer.text
    assert "anchorwatch_session" not in knocking.browser.cookies
    assert knocking.browser.get("/").status_code == 303


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "incidents/7",
        "/login",
        "/logout",
        "/login?to=/",
        "/a\r\nSet-Cookie:x=y",
        "/\u2028/evil.example",
        f"/{'a' * 2_000}",
        "",
    ],
)
def test_the_login_leads_to_no_other_site(knocking: Knocking, elsewhere: str) -> None:
    assert knocking.log_in(ANA, elsewhere).headers["location"] == "/"
    page = knocking.browser.get("/login", params={"to": elsewhere})
    assert 'name="to" value="/"' in page.text


def test_the_session_is_for_no_script_no_other_site_and_no_longer_than_twelve_hours(
    knocking: Knocking,
) -> None:
    cookie = knocking.log_in(ANA).headers["set-cookie"]
    assert cookie.startswith("anchorwatch_session=")
    assert ANA not in cookie
    assert {"httponly", "samesite=lax", "path=/", "max-age=43200"} <= set(cookie.lower().split("; "))


def test_a_session_that_is_over_leads_to_the_login(knocking: Knocking) -> None:
    knocking.log_in(ANA)
    knocking.clock.move(hours=11, minutes=59)
    assert knocking.browser.get("/incidents/7").status_code == 200
    knocking.clock.move(minutes=1)
    assert knocking.browser.get("/incidents/7").headers["location"] == "/login?to=/incidents/7"


def test_what_is_sent_when_the_session_is_over_is_not_done_and_the_login_leads_back_to_its_page(
    knocking: Knocking,
) -> None:
    knocking.log_in(ANA)
    knocking.clock.move(hours=13)
    answer = knocking.note()
    assert (answer.status_code, knocking.desk.done) == (401, [])
    assert "nothing was done yet: your session is over" in answer.text
    assert 'name="to" value="/incidents/7"' in answer.text


def test_a_token_that_is_removed_ends_its_sessions_at_once(knocking: Knocking) -> None:
    knocking.log_in(ANA)
    assert knocking.browser.get("/").status_code == 200
    knocking.tokens.remove("ana")
    assert knocking.browser.get("/").status_code == 303
    assert knocking.note().status_code == 401
    knocking.tokens.add(HeldToken("ana", RoomRole.RESPONDER, digest("aw_another")))
    assert knocking.browser.get("/").status_code == 303


def test_a_session_that_somebody_wrote_themselves_is_none(knocking: Knocking) -> None:
    knocking.log_in(VIC)
    _, name, end, signature = knocking.browser.cookies["anchorwatch_session"].split(".")
    for forged in (f"1.{name}.{int(end) + 1}.{signature}", f"1.YW5h.{end}.{signature}", "ana", "..."):
        cookie = {"Cookie": f"anchorwatch_session={forged}"}
        assert httpx.get(knocking.browser.base_url, headers=cookie, trust_env=False).status_code == 303


def test_what_is_done_is_noted_with_the_name_of_who_entered_whatever_they_type(knocking: Knocking) -> None:
    knocking.log_in(ANA)
    assert knocking.note(who="the boss").status_code == 303
    assert knocking.desk.done == [("note", 7, "ana", "seen")]


@pytest.mark.parametrize("action", ["acknowledge", "note", "resolve", "silence"])
def test_who_may_only_look_is_refused_in_words(knocking: Knocking, action: str) -> None:
    knocking.log_in(VIC)
    assert knocking.browser.get("/incidents/7").status_code == 200
    fields = {"form": knocking.form_token(), "words": "x", "why": "x", "until": "1h"}
    answer = knocking.browser.post(f"/incidents/7/{action}", data=fields)
    assert (answer.status_code, knocking.desk.done) == (403, [])
    assert "vic may look, and do nothing: that needs the role of a responder" in answer.text


def test_who_is_made_a_viewer_is_one_at_once(knocking: Knocking) -> None:
    knocking.log_in(ANA)
    knocking.tokens.held = [each._replace(role=RoomRole.VIEWER) for each in knocking.tokens.held]
    assert knocking.note().status_code == 403


def test_a_form_needs_the_token_of_its_page_also_from_who_entered(knocking: Knocking) -> None:
    knocking.log_in(ANA)
    assert knocking.note(form="guessed").status_code == 409
    assert knocking.browser.post("/logout", data={"form": "guessed"}).status_code == 409
    assert knocking.browser.post("/login", data={"form": "guessed", "token": VIC}).status_code == 409
    assert knocking.desk.done == []
    assert "for ana" in knocking.browser.get("/").text


@pytest.mark.parametrize("address", ["/static/nothing", "/static/nothing?v=1"])
def test_a_stranger_who_asks_for_what_is_not_there_sees_nothing_of_the_room(
    knocking: Knocking, address: str
) -> None:
    answer = knocking.browser.get(address)
    assert answer.status_code == 404
    assert "the watch room" in answer.text
    assert "for a stranger" not in answer.text
    odd = knocking.browser.put("/login", content=b"", headers={"Content-Length": "0"})
    assert (odd.status_code, "cannot be sent anything like that" in odd.text) == (405, True)


def test_who_logs_out_is_outside_and_so_is_whoever_copied_the_session(knocking: Knocking) -> None:
    knocking.log_in(ANA)
    copied = {"Cookie": f"anchorwatch_session={knocking.browser.cookies['anchorwatch_session']}"}
    answer = knocking.browser.post("/logout", data={"form": knocking.form_token()})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert "anchorwatch_session" not in knocking.browser.cookies
    assert knocking.browser.get("/").status_code == 303
    assert httpx.get(knocking.browser.base_url, headers=copied, trust_env=False).status_code == 303
    knocking.clock.move(seconds=1)
    knocking.log_in(ANA)
    assert knocking.browser.get("/").status_code == 200


def test_a_program_sends_its_token_with_each_request_and_gets_no_cookie(knocking: Knocking) -> None:
    answer = knocking.browser.get("/now.json", headers={"Authorization": f"Bearer {VIC}"})
    assert (answer.status_code, answer.json()) == (200, {"words": "now"})
    assert "set-cookie" not in answer.headers
    for wrong in (f"Bearer {VIC}x", "Bearer", f"Basic {VIC}"):
        assert knocking.browser.get("/now.json", headers={"Authorization": wrong}).status_code == 401


def test_where_nobody_knows_who_may_enter_nobody_does_and_no_path_is_named(knocking: Knocking) -> None:
    knocking.log_in(ANA)
    knocking.tokens.fails = ConfigError(["web.tokens_file: others can read /etc/tokens.yaml"])
    for address in ("/", "/now.json"):
        answer = knocking.browser.get(address)
        assert answer.status_code == 503
        assert "anchorwatch doctor" in answer.text
        assert "/etc" not in answer.text
    with capture_logs() as lines:
        knocking.browser.get("/")
        knocking.tokens.fails = ConfigError(["web.tokens_file: there is no /etc/tokens.yaml"])
        for _ in range(3):
            knocking.browser.get("/")
    assert [line["problem"] for line in lines] == ["web.tokens_file: there is no /etc/tokens.yaml"]
    again = knocking.log_in(ANA)
    assert (again.status_code, "/etc" in again.text) == (503, False)


def test_the_log_says_who_entered_and_from_where_somebody_tried_and_no_token(knocking: Knocking) -> None:
    with capture_logs() as lines:
        knocking.log_in("aw_nobodys")
        knocking.log_in(ANA)
    assert lines == [
        {
            "event": "a token that lets nobody into the watch room",
            "address": "127.0.0.1",
            "log_level": "warning",
        },
        {"event": "entered the watch room", "who": "ana", "address": "127.0.0.1", "log_level": "info"},
    ]


def test_over_https_no_cookie_goes_over_the_open_wire_and_no_neighbour_sets_one() -> None:
    app = opened(FakeRoom(), FakeDesk(), {"url": "https://watch.example.org"}, FakeTokens())
    server = RoomServer(app, "127.0.0.1", 0, asks_who=True)
    with server, httpx.Client(base_url=server.address, trust_env=False) as browser:
        page = browser.get("/login", headers={"Host": "watch.example.org"})
        form = page.headers["set-cookie"]
        value = form.partition("=")[2].partition(";")[0]
        answer = browser.post(
            "/login",
            data={"form": value, "token": ANA},
            headers={"Host": "watch.example.org", "Cookie": f"__Host-anchorwatch_form={value}"},
        )
        for cookie in (form, answer.headers["set-cookie"]):
            assert cookie.startswith("__Host-")
            assert "secure" in cookie.lower().split("; ")
        session = answer.headers["set-cookie"].partition(";")[0]
        assert browser.get("/", headers={"Cookie": session}).status_code == 200
        set_by_a_neighbour = session.removeprefix("__Host-")
        assert browser.get("/", headers={"Cookie": set_by_a_neighbour}).status_code == 303
