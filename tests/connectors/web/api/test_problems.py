"""Whatever is amiss under `/api/v1` is a problem with a code that stays the same, whoever answers it."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from monitor.errors import AnchorwatchError, ConfigError, UnavailableError
from tests.connectors.web.api.asking import Asking, asking, bearer, code_of
from tests.connectors.web.rooms import ANA, VIC
from tests.fakes.room import FakeRoom

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def opened() -> Iterator[Asking]:
    with asking() as each:
        yield each


def asked(opened: Asking, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401
    headers = {**bearer(ANA), **more.pop("headers", {})}
    return opened.client.request(method, f"/api/v1{path}", headers=headers, **more)


@pytest.mark.parametrize(
    ("method", "path", "more", "code"),
    [
        ("GET", "/incidents", {"headers": {"Authorization": ""}}, "not_authenticated"),
        ("GET", "/incidents", {"headers": bearer("aw_nobodys")}, "not_authenticated"),
        ("GET", "/not/there", {"headers": {"Authorization": ""}}, "not_authenticated"),
        ("POST", "/incidents", {"headers": bearer(VIC)}, "not_allowed"),
        ("POST", "/incidents", {"headers": {"Sec-Fetch-Site": "cross-site"}}, "from_elsewhere"),
        ("GET", "/incidents/8", {}, "not_found"),
        ("GET", "/not/there", {}, "not_found"),
        ("GET", "", {}, "not_found"),
        ("POST", "/incidents", {}, "method_not_allowed"),
        ("DELETE", "/incidents/7", {}, "method_not_allowed"),
        ("POST", "/incidents", {"content": b"x" * 70_000, "headers": JSON}, "too_long"),
        ("POST", "/incidents", {"content": iter([b"{}"]), "headers": JSON}, "too_long"),
        ("POST", "/incidents", {"data": {"who": "ana"}}, "not_json"),
        ("GET", "/incidents", {"headers": {"Host": "evil.example"}}, "misdirected"),
        ("GET", "/incidents?limit=0", {}, "invalid"),
        ("GET", "/incidents/x", {}, "invalid"),
        ("GET", "/incidents", {"headers": {"X-Long": "x" * 17_000}}, "headers_too_long"),
    ],
)
def test_what_is_amiss_is_a_problem(opened: Asking, method: str, path: str, more: Any, code: str) -> None:  # noqa: ANN401
    assert code_of(asked(opened, method, path, **more)) == code


@pytest.mark.parametrize(
    ("fails", "code"),
    [
        (UnavailableError("the database is away"), "unavailable"),
        (ConfigError(["it is so", "and so"]), "conflict"),
    ],
)
def test_an_error_of_ours_says_what_it_is(opened: Asking, fails: AnchorwatchError, code: str) -> None:
    opened.room.fails = fails
    answer = asked(opened, "GET", "/incidents")
    opened.room.fails = None
    assert code_of(answer) == code
    assert answer.json()["detail"] == str(fails)


def test_a_defect_says_nothing_of_itself(opened: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.web.guard.log.exception", lambda *_, **__: None)
    opened.room.on_page = lambda: 1 / 0
    answer = asked(opened, "GET", "/incidents")
    opened.room.on_page = FakeRoom().on_page
    assert code_of(answer) == "defect"
    assert "zero" not in answer.text


def test_who_tries_too_often_hears_when_to_come_again() -> None:
    with asking() as each:
        for _ in range(10):
            assert code_of(asked(each, "GET", "/me", headers=bearer("aw_x"))) == "not_authenticated"
        answer = asked(each, "GET", "/me")
        assert code_of(answer) == "too_many_tries"
        assert int(answer.headers["retry-after"]) > 0


def test_a_header_of_the_proxy_from_somebody_else_is_a_problem() -> None:
    proxy = {"addresses": ["192.0.2.1"], "header": "X-Forwarded-User"}
    with asking({"proxy": proxy}) as each:
        assert code_of(asked(each, "GET", "/me", headers={"X-Forwarded-User": "eve"})) == "forged_header"


def test_who_is_outside_is_asked_for_a_token_and_not_led_to_the_login(opened: Asking) -> None:
    answer = opened.client.get("/api/v1/incidents")
    assert code_of(answer) == "not_authenticated"
    assert answer.headers["www-authenticate"] == 'Bearer realm="Anchorwatch"'


def test_what_is_not_valid_is_named_by_its_parameter(opened: Asking) -> None:
    said = asked(opened, "GET", "/incidents?limit=501&state=odd").json()
    assert [each["parameter"] for each in said["errors"]] == ["limit", "state"]


def test_a_misspelled_filter_does_not_give_everything(opened: Asking) -> None:
    said = asked(opened, "GET", "/incidents?stat=open&limit=1").json()
    assert said["errors"] == [
        {"detail": "there is no such parameter; did you mean state?", "parameter": "stat"}
    ]


def test_a_method_that_is_not_there_is_answered_with_those_that_are(opened: Asking) -> None:
    assert asked(opened, "POST", "/incidents/7").headers["allow"] == "GET, HEAD"


def test_each_problem_leads_to_what_it_means(opened: Asking) -> None:
    said = asked(opened, "GET", "/incidents/8").json()
    kind = opened.client.get(said["type"], headers=bearer(VIC)).json()
    assert kind == {name: said[name] for name in ("type", "code", "status", "title")}


def test_a_page_says_the_same_to_people_in_words(opened: Asking) -> None:
    answer = opened.client.get("/incidents/8", headers=bearer(VIC))
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
