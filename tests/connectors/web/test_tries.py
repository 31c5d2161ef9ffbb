"""Tokens that are none may be tried so often, and strangers keep nobody out who got in before."""

from datetime import timedelta

import httpx

from connectors.web.server import RoomServer
from connectors.web.tries import OF_ALL, OF_AN_ADDRESS, Tries
from tests.connectors.web.rooms import ANA, NOW, FakeTokens, StoppedClock, opened
from tests.fakes.room import FakeDesk, FakeRoom


def fail(tries: Tries, *addresses: str) -> None:
    for number, address in enumerate(addresses):
        tries.failed(address, NOW + timedelta(seconds=number))


def test_ten_of_an_address_in_five_minutes_are_all() -> None:
    tries = Tries()
    fail(tries, *["192.0.2.1"] * (OF_AN_ADDRESS - 1))
    assert tries.wait("192.0.2.1", NOW + timedelta(seconds=20)) is None
    tries.failed("192.0.2.1", NOW + timedelta(seconds=20))
    assert tries.wait("192.0.2.1", NOW + timedelta(seconds=60)) == timedelta(seconds=240)
    assert tries.wait("192.0.2.2", NOW + timedelta(seconds=60)) is None
    assert tries.wait("192.0.2.1", NOW + timedelta(seconds=300)) is None


def test_a_network_of_ipv6_is_one_address() -> None:
    tries = Tries()
    fail(tries, *[f"2001:db8:0:1::{n:x}" for n in range(OF_AN_ADDRESS)])
    assert tries.wait("2001:db8:0:1:ffff::", NOW) is not None
    assert tries.wait("2001:db8:0:2::1", NOW) is None


def test_a_hundred_of_all_together_are_all_but_not_for_who_got_in_before() -> None:
    tries = Tries()
    tries.succeeded("192.0.2.1")
    fail(tries, *[f"198.51.100.{n}" for n in range(OF_ALL)])
    assert tries.wait("203.0.113.1", NOW + timedelta(seconds=100)) == timedelta(seconds=200)
    assert tries.wait("192.0.2.1", NOW + timedelta(seconds=100)) is None
    assert tries.wait("203.0.113.1", NOW + timedelta(seconds=300)) is None


def test_who_tries_too_often_waits_also_with_the_right_token_and_sessions_go_on() -> None:
    clock = StoppedClock()
    app = opened(FakeRoom(), FakeDesk(), tokens=FakeTokens(), clock=clock)
    server = RoomServer(app, "127.0.0.1", 0, asks_who=True)
    with server, httpx.Client(base_url=server.address, trust_env=False) as browser:
        form = browser.get("/login").headers["set-cookie"].partition("=")[2].partition(";")[0]

        def log_in(token: str) -> httpx.Response:
            return browser.post("/login", data={"form": form, "token": token})

        assert log_in(ANA).status_code == 303
        assert [log_in("wrong").status_code for _ in range(OF_AN_ADDRESS)] == [401] * OF_AN_ADDRESS
        clock.move(minutes=2)
        late = log_in(ANA)
        assert (late.status_code, late.headers["retry-after"]) == (429, "180")
        assert "try again in 180 seconds" in late.text
        assert browser.get("/now.json", headers={"Authorization": f"Bearer {ANA}"}).status_code == 429
        assert browser.get("/").status_code == 200
        clock.move(minutes=3)
        assert log_in(ANA).status_code == 303
