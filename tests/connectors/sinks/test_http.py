"""The HTTP door: addresses, Retry-After, and what is never followed, waited for or repeated."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from connectors.sinks.http import Http, parse_retry_after, url_problem
from monitor.errors import DeliveryError
from tests.notices import AT


class Endless(httpx.SyncByteStream):
    """An answer that goes on for ever."""

    def __init__(self, chunk: bytes) -> None:
        self.chunk = chunk

    def __iter__(self) -> Iterator[bytes]:
        while True:
            yield self.chunk


class Ticking:
    """A clock that moves a second each time it is read."""

    def __init__(self) -> None:
        self.at = AT

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def an_answer(status: int, words: str = "", **headers: str) -> httpx.Response:
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(words.encode()))


def answering(response: httpx.Response) -> httpx.Client:
    return httpx.Client(transport=httpx.MockTransport(lambda request: response), follow_redirects=True)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("https://hooks.example/s3cret", None),
        ("http://127.0.0.1:8080/s3cret", None),
        ("HTTPS://Hooks.Example/s3cret", None),
        ("ftp://hooks.example/s3cret", "the address must begin with http:// or https://"),
        ("file:///etc/s3cret", "the address must begin with http:// or https://"),
        ("s3cret", "the address must begin with http:// or https://"),
        ("https:///s3cret", "the address has no host"),
        ("https://hooks.example:s3cret/", "the address is malformed"),
        ("https://[::1/s3cret", "the address is malformed"),
        ("https://hooks.example/s3cret\n", "the address is malformed"),
    ],
)
def test_an_address_is_checked_and_never_repeated(url: str, problem: str | None) -> None:
    assert url_problem(url) == problem


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("https://hooks.example/a", None),
        ("https://evil.example/a", "host evil.example is not one of the allowed hosts"),
        ("https://hooks.example@evil.example/a", "host evil.example is not one of the allowed hosts"),
        ("https://hooks.example.evil/a", "host hooks.example.evil is not one of the allowed hosts"),
    ],
)
def test_only_allowed_hosts_are_reached_where_a_list_is_given(url: str, problem: str | None) -> None:
    assert url_problem(url, ["Hooks.Example"]) == problem


def test_a_bad_address_is_refused_before_anything_is_sent() -> None:
    http = Http(lambda: AT, allowed_hosts=["hooks.example"], client=answering(httpx.Response(200)))

    with pytest.raises(DeliveryError, match=r"host evil\.example is not one of the allowed hosts") as caught:
        http.post_json("https://evil.example/s3cret", b"{}")

    assert not caught.value.retryable


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("120", 120.0),
        (" 0 ", 0.0),
        ("999999999", 86_400.0),
        ("9" * 5000, None),
        ("-5", None),
        ("1.5", None),
        ("", None),
        ("٣", None),
        ("Mon, 23 Nov 2026 09:12:00 GMT", 120.0),
        ("Mon, 23 Nov 2026 10:12:00 +0100", 120.0),
        ("Mon, 23 Nov 2026 09:12:00 -0000", 120.0),
        ("Mon, 23 Nov 2026 09:00:00 GMT", 0.0),
        ("Mon, 99 Nov 2026 09:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400.0),
        ("Fri, 31 Dec 9999 23:59:59 -2359", 86_400.0),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, datetime(2026, 11, 23, 9, 10, tzinfo=UTC)) == seconds


def test_redirects_stay_unfollowed_even_with_a_client_that_would() -> None:
    moved = an_answer(302, location="https://evil.example/")

    with pytest.raises(DeliveryError, match=r"hooks\.example answered 302: redirects are not followed"):
        Http(lambda: AT, client=answering(moved)).post_json("https://hooks.example/", b"{}")


def test_only_the_start_of_an_endless_answer_is_read() -> None:
    client = answering(httpx.Response(200, stream=Endless(b"x" * 1000)))

    assert Http(lambda: AT, client=client).post_json("https://hooks.example/", b"{}") == "x" * 8192


def test_an_answer_that_drips_for_ever_is_given_up() -> None:
    client = answering(httpx.Response(200, stream=Endless(b"x")))

    with pytest.raises(DeliveryError, match=r"hooks\.example: no answer within 15 s") as caught:
        Http(Ticking(), client=client).post_json("https://hooks.example/", b"{}")

    assert caught.value.retryable


def test_a_header_that_cannot_be_sent_is_permanent() -> None:
    http = Http(lambda: AT, client=httpx.Client(trust_env=False))

    with pytest.raises(DeliveryError) as caught:
        http.post_json("http://127.0.0.1:9/", b"{}", {"webhook-id": "naïve…"})

    assert not caught.value.retryable


def test_credentials_in_the_address_are_not_repeated() -> None:
    refused = an_answer(401, "who is user hunter22? p%40ss no, p@ss no")

    with pytest.raises(DeliveryError) as caught:
        Http(lambda: AT, client=answering(refused)).post_json("https://hunter22:p%40ss@hooks.example/", b"{}")

    assert caught.value.reason == "hooks.example answered 401: who is user [hidden]? [hidden] no, [hidden] no"
