"""The watch room behind a proxy, over HTTP: what the proxy says of a person is believed, of the proxy alone."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest

from connectors.web.server import RoomServer
from tests.connectors.web.rooms import ANA, FakeTokens, opened
from tests.fakes.room import FakeDesk, FakeRoom

PROXY = {"addresses": ["127.0.0.1"], "header": "X-Forwarded-User"}
GROUPS = {"groups_header": "X-Forwarded-Groups", "groups": {"oncall": "responder", "sales": "viewer"}}
BEN = {"X-Forwarded-User": "ben"}
Behind = Callable[..., httpx.Client]


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def behind(desk: FakeDesk) -> Iterator[Behind]:
    """A client at `address` of a room that is set up like this."""
    with ExitStack() as stack:

        def client(
            proxy: dict[str, object],
            address: str = "127.0.0.1",
            tokens: FakeTokens | None = None,
            **web: object,
        ) -> httpx.Client:
            app = opened(FakeRoom(), desk, {"proxy": proxy, **web}, tokens)
            server = stack.enter_context(RoomServer(app, "127.0.0.1", 0, asks_who=True))
            transport = httpx.HTTPTransport(local_address=address)
            return stack.enter_context(httpx.Client(base_url=server.address, transport=transport))

        yield client


def role_of(client: httpx.Client, **headers: str) -> str:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get("/", headers={**BEN, **named}).text.partition("for ben, ")[2].partition("<")[0]


def note(client: httpx.Client, headers: dict[str, str]) -> httpx.Response:
    token = client.get("/", headers=headers).text.partition("token ")[2].partition("<")[0]
    return client.post("/incidents/7/note", data={"form": token, "words": "x", "who": "y"}, headers=headers)


def test_whom_the_proxy_names_is_inside_and_what_they_do_is_noted_with_that_name(
    behind: Behind, desk: FakeDesk
) -> None:
    client = behind({**PROXY, "role": "responder"})
    assert note(client, BEN).status_code == 303
    assert note(client, {"X-Forwarded-User": "Zoë".encode()}).status_code == 303  # type: ignore[dict-item]
    assert desk.done == [("note", 7, "ben", "x"), ("note", 7, "Zoë", "x")]


@pytest.mark.parametrize("address", ["/", "/now.json", "/static/room.css", "/login"])
def test_whom_the_proxy_does_not_name_is_outside(behind: Behind, address: str) -> None:
    client = behind(PROXY)
    for headers in ({}, {"X-Forwarded-User": ""}):
        assert client.get(address, headers=headers).status_code == 401


@pytest.mark.parametrize("address", ["127.0.0.2", "127.0.1.1"])
def test_the_header_of_anybody_but_the_proxy_is_refused(behind: Behind, desk: FakeDesk, address: str) -> None:
    client = behind({**PROXY, "role": "responder"}, address)
    assert client.get("/").status_code == 401
    forged = client.get("/", headers=BEN)
    assert forged.status_code == 403
    assert "the header X-Forwarded-User is for the proxy alone to set" in forged.text
    assert note(client, BEN).status_code == 403
    assert desk.done == []


def test_a_groups_header_of_anybody_but_the_proxy_is_refused_too(behind: Behind) -> None:
    client = behind({**PROXY, **GROUPS}, "127.0.0.2", FakeTokens())
    bearer = {"Authorization": f"Bearer {ANA}"}
    assert client.get("/now.json", headers=bearer).status_code == 200
    assert client.get("/now.json", headers={**bearer, "X-Forwarded-Groups": "oncall"}).status_code == 403


def test_a_header_that_is_there_twice_is_refused_for_one_may_be_forged(behind: Behind) -> None:
    client = behind(PROXY)
    twice = [("X-Forwarded-User", "eve"), ("X-Forwarded-User", "ben")]
    assert client.get("/", headers=twice).status_code == 403


def test_a_network_of_proxies_is_believed(behind: Behind) -> None:
    client = behind({**PROXY, "addresses": ["10.0.0.1", "127.0.2.0/24"]}, "127.0.2.7")
    assert client.get("/", headers=BEN).status_code == 200
    client = behind({**PROXY, "addresses": ["10.0.0.1", "127.0.2.0/24"]}, "127.0.3.7")
    assert client.get("/", headers=BEN).status_code == 403


def test_a_proxy_of_ipv4_is_known_where_every_address_is_listened_at() -> None:
    app = opened(FakeRoom(), FakeDesk(), {"host": "::", "proxy": PROXY})
    with RoomServer(app, "::", 0, asks_who=True) as server:
        answers = [
            httpx.get(f"http://{host}:{server.port}/", headers=BEN, trust_env=False).status_code
            for host in ("127.0.0.1", "[::1]")
        ]
    assert answers == [200, 403]


def test_groups_say_what_somebody_may_do(behind: Behind) -> None:
    client = behind({**PROXY, **GROUPS})
    assert role_of(client) == "viewer"
    assert role_of(client, X_Forwarded_Groups="sales,oncall") == "responder"
    assert role_of(client, X_Forwarded_Groups="staff|oncall") == "responder"
    for groups in ("sales", "Oncall", "not-oncall", "on,call", ""):
        assert role_of(client, X_Forwarded_Groups=groups) == "viewer"
    acting = behind({**PROXY, **GROUPS, "role": "responder"})
    assert role_of(acting, X_Forwarded_Groups="staff") == "responder"
    assert role_of(acting, X_Forwarded_Groups="sales") == "viewer"


def test_who_may_only_look_is_refused(behind: Behind, desk: FakeDesk) -> None:
    assert note(behind(PROXY), BEN).status_code == 403
    assert desk.done == []


def test_a_token_works_beside_the_proxys_word_which_comes_first(behind: Behind) -> None:
    client = behind(PROXY, tokens=FakeTokens())
    bearer = {"Authorization": f"Bearer {ANA}"}
    assert "for ana" in client.get("/", headers=bearer).text
    assert "for ben" in client.get("/", headers={**bearer, **BEN}).text
    assert client.get("/").headers["location"] == "/login?to=/"


def test_it_answers_to_the_name_that_people_know_and_a_form_of_that_address_is_from_us(
    behind: Behind, desk: FakeDesk
) -> None:
    client = behind({**PROXY, "role": "responder"}, url="https://watch.example.org", hosts=["other.example"])
    for host, status in (("watch.example.org", 200), ("Other.Example:8443", 200), ("evil.example", 421)):
        assert client.get("/", headers={**BEN, "Host": host}).status_code == status
    form = client.get("/", headers=BEN).headers["set-cookie"].partition("=")[2].partition(";")[0]
    sent = {**BEN, "Cookie": f"__Host-anchorwatch_form={form}"}
    for origin, status in (
        ("https://watch.example.org", 303),
        ("http://watch.example.org", 403),
        ("https://other.example", 403),
        ("https://watch.example.org.evil.example", 403),
        ("http://[", 403),
        ("null", 403),
    ):
        headers = {**sent, "Origin": origin}
        answer = client.post("/incidents/7/note", data={"form": form, "words": "x"}, headers=headers)
        assert answer.status_code == status, origin


def test_tries_are_counted_by_the_address_that_the_proxy_says_and_nobody_else(behind: Behind) -> None:
    proxied = behind({"addresses": ["127.0.0.1"]}, tokens=FakeTokens())

    def tries(client: httpx.Client, token: str, forwarded: str) -> int:
        headers = {"Authorization": f"Bearer {token}", "X-Forwarded-For": forwarded}
        return client.get("/now.json", headers=headers).status_code

    assert [tries(proxied, "x", f"192.0.2.{n}, 192.0.2.7") for n in range(11)] == [401] * 10 + [429]
    assert tries(proxied, ANA, "192.0.2.7") == 429
    assert tries(proxied, ANA, "192.0.2.7, 192.0.2.8") == 200
    straight = behind({"addresses": ["127.0.0.1"]}, "127.0.0.2", FakeTokens())
    assert [tries(straight, "x", f"192.0.2.{n}") for n in range(11)] == [401] * 10 + [429]
