"""Client credentials: a token is used for as long as it is valid, and errors never reveal the secret."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from pytest_httpserver import HTTPServer

from connectors.kafka.oauth import ClientCredentials
from monitor.errors import UnavailableError

SECRET = "p@ss word/%"
CODED = base64.b64encode(b"our+agent:p%40ss+word%2F%25").decode()


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 22, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def provider(httpserver: HTTPServer, clock: Clock) -> ClientCredentials:
    return ClientCredentials(httpserver.url_for("/token"), "our agent", SECRET, "kafka", clock)


def give(server: HTTPServer, token: object, **more: object) -> None:
    server.expect_ordered_request("/token", method="POST").respond_with_json({"access_token": token, **more})


def test_the_request_is_the_one_of_rfc_6749(httpserver: HTTPServer, provider: ClientCredentials) -> None:
    give(httpserver, "one", expires_in=100)

    assert provider.token() == "one"

    request, _ = httpserver.log[0]
    assert dict(request.form) == {"grant_type": "client_credentials", "scope": "kafka"}
    assert request.headers["authorization"] == f"Basic {CODED}"


def test_a_token_is_kept_until_shortly_before_its_end(
    httpserver: HTTPServer, provider: ClientCredentials, clock: Clock
) -> None:
    give(httpserver, "one", expires_in=100)
    give(httpserver, "two", expires_in=100)

    assert provider.token() == "one"
    clock.move(79)
    assert provider.token() == "one"
    clock.move(1)
    assert provider.token() == "two"


def test_a_server_that_fails_meanwhile_does_not_matter_until_the_token_is_over(
    httpserver: HTTPServer, provider: ClientCredentials, clock: Clock
) -> None:
    give(httpserver, "one", expires_in=100)
    assert provider.token() == "one"
    httpserver.clear()
    httpserver.expect_request("/token").respond_with_data("busy", status=503)

    clock.move(99)
    assert provider.token() == "one"
    clock.move(1)
    with pytest.raises(UnavailableError, match="answered 503"):
        provider.token()


def test_a_token_of_unsaid_life_is_kept_for_some_minutes(
    httpserver: HTTPServer, provider: ClientCredentials, clock: Clock
) -> None:
    give(httpserver, "one")
    give(httpserver, "two")
    assert provider.token() == "one"
    clock.move(200)
    assert provider.token() == "one"
    clock.move(100)
    assert provider.token() == "two"


def test_a_redirect_is_not_followed(httpserver: HTTPServer, provider: ClientCredentials) -> None:
    elsewhere = {"location": httpserver.url_for("/elsewhere")}
    httpserver.expect_request("/token").respond_with_data("", status=307, headers=elsewhere)

    with pytest.raises(UnavailableError, match="answered 307"):
        provider.token()
    assert [request.path for request, _ in httpserver.log] == ["/token"]


@pytest.mark.parametrize(
    ("status", "body", "problem"),
    [
        (400, '{"error":"invalid_scope","error_description":"' + SECRET + '"}', "400 invalid_scope. Check"),
        (401, '{"error":"' + SECRET + '"}', "401. Check"),
        (401, "<html>" + SECRET, "401. Check"),
        (500, "[]", "500. Check"),
        (200, '{"token":"' + SECRET + '"}', "something that is not a token"),
        (200, '{"access_token":"a\\u0001b"}', "something that is not a token"),
        (200, '{"access_token":7}', "something that is not a token"),
        (200, '{"access_token":"a","expires_in":"soon"}', "something that is not a token"),
        (200, '{"access_token":"a","expires_in":-5}', "something that is not a token"),
        (200, "[]", "something that is not a token"),
        (200, SECRET, "something that is not a token"),
    ],
)
def test_a_refusal_is_reported_without_the_secret_even_if_the_server_repeats_it(
    httpserver: HTTPServer, provider: ClientCredentials, status: int, body: str, problem: str
) -> None:
    httpserver.expect_request("/token").respond_with_data(body, status=status)

    with pytest.raises(UnavailableError) as caught:
        provider.token()

    assert problem in str(caught.value)
    assert str(caught.value).startswith(f"the token server {httpserver.host}:{httpserver.port} ")
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_server_that_is_not_there_is_reported(clock: Clock) -> None:
    nowhere = ClientCredentials("http://127.0.0.1:9/token", "agent", SECRET, None, clock)
    with pytest.raises(
        UnavailableError, match=r"the token server 127.0.0.1:9 did not answer \(ConnectError\)"
    ):
        nowhere.token()
