"""Who may write by the API: a token alone will do; a browser that lets itself in also shows the token of its forms."""

from collections.abc import Iterator, Mapping

import httpx
import pytest

from tests.connectors.web.api.asking import Asking, asking, bearer, code_of
from tests.connectors.web.rooms import ANA, VIC

PATH = "/api/v1/incidents"  # where nothing can be written: who gets as far as that was let through
LET_THROUGH = "method_not_allowed"
HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def opened() -> Iterator[Asking]:
    with asking() as each:
        yield each


@pytest.fixture
def alone() -> Iterator[Asking]:
    """A room that asks nobody who they are."""
    with asking(login=False) as each:
        yield each


def written(client: httpx.Client, headers: Mapping[str, str], path: str = PATH) -> str:
    return code_of(client.post(path, json={}, headers=headers))


def log_in(client: httpx.Client, token: str) -> str:
    """Log in as on the page; the token of the session's forms."""
    page = client.get("/login").text.partition('name="form" value="')[2].partition('"')[0]
    assert client.post("/login", data={"form": page, "token": token}).status_code == 303
    return str(client.get("/api/v1/me").json()["form_token"])


def test_a_token_is_enough_and_no_origin_or_form_is_asked_for(opened: Asking) -> None:
    assert written(opened.client, bearer(ANA)) == LET_THROUGH


def test_who_only_looks_writes_nothing(opened: Asking) -> None:
    assert written(opened.client, bearer(VIC)) == "not_allowed"
    token = log_in(opened.client, VIC)
    assert written(opened.client, {**HERE, "X-Form-Token": token}) == "not_allowed"


def test_a_session_writes_with_the_token_of_its_forms_from_a_page_of_ours(opened: Asking) -> None:
    token = log_in(opened.client, ANA)
    assert written(opened.client, {**HERE, "X-Form-Token": token}) == LET_THROUGH
    for headers in ({}, {"X-Form-Token": ""}, {"X-Form-Token": "guessed"}):
        assert written(opened.client, {**HERE, **headers}) == "form_token_missing"
        assert written(opened.client, headers) == "form_token_missing"
    assert written(opened.client, {"Sec-Fetch-Site": "cross-site", "X-Form-Token": token}) == "from_elsewhere"
    assert (
        written(opened.client, {"Origin": "https://evil.example", "X-Form-Token": token}) == "from_elsewhere"
    )


def test_the_token_of_the_forms_is_nothing_without_its_cookie(opened: Asking) -> None:
    log_in(opened.client, ANA)
    del opened.client.cookies["anchorwatch_form"]
    for token in ("", "guessed"):
        assert written(opened.client, {**HERE, "X-Form-Token": token}) == "form_token_missing"


def test_whom_a_proxy_lets_in_shows_the_token_too() -> None:
    proxy = {"addresses": ["127.0.0.1"], "header": "X-Forwarded-User", "role": "responder"}
    with asking({"proxy": proxy}) as each:
        ben = {"X-Forwarded-User": "ben"}
        assert written(each.client, ben) == "form_token_missing"
        assert written(each.client, {**ben, **bearer(ANA)}) == "form_token_missing"
        token = each.client.get("/api/v1/me", headers=ben).json()["form_token"]
        assert written(each.client, {**ben, "X-Form-Token": token}) == LET_THROUGH


def test_where_nobody_is_asked_a_program_writes_and_a_browser_shows_the_token(alone: Asking) -> None:
    assert written(alone.client, {}) == LET_THROUGH
    here = {"Origin": str(alone.client.base_url).rstrip("/")}
    assert written(alone.client, here) == written(alone.client, HERE) == "form_token_missing"
    token = alone.client.get("/api/v1/me").json()["form_token"]
    assert written(alone.client, {**here, "X-Form-Token": token}) == LET_THROUGH


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_what_a_form_of_another_site_could_send_is_not_read(alone: Asking, kind: str) -> None:
    answer = alone.client.post(PATH, content=b"{}", headers={"Content-Type": kind})
    assert code_of(answer) == "not_json"
    sent = alone.client.post(PATH, content=b"{}", headers={"Content-Type": "Application/JSON; charset=utf-8"})
    assert code_of(sent) == LET_THROUGH


def test_what_has_no_body_needs_no_kind(alone: Asking) -> None:
    assert code_of(alone.client.delete(PATH)) == LET_THROUGH


def test_who_asks_hears_who_they_are(opened: Asking) -> None:
    you = opened.client.get("/api/v1/me", headers=bearer(VIC))
    assert you.json() == {"name": "vic", "role": "viewer", "form_token": None}
    assert "set-cookie" not in you.headers
