"""What programs say of incidents and silences: by whom, once with a key, and only of what is as they saw it."""

import json
from collections.abc import Iterator
from typing import Any, get_args

import httpx
import pytest

from connectors.web.api.answers import tag_of
from connectors.web.api.silenced import SilenceField
from monitor.domain.access.requests import KeyedRequest
from monitor.domain.telling.silences import FIELDS
from monitor.errors import (
    AnchorwatchError,
    ConfigError,
    InputError,
    LeaseHeldError,
    NotFoundError,
    RequestChangedError,
    RequestInProgressError,
    UnavailableError,
)
from tests.connectors.web.api.asking import Asking, asking, bearer, code_of
from tests.connectors.web.rooms import ANA
from tests.fakes.writer import SEEN

HERE = "/api/v1/incidents/7"


@pytest.fixture
def opened() -> Iterator[Asking]:
    with asking() as each:
        yield each


def say(opened: Asking, path: str, body: object = None, **headers: str) -> httpx.Response:
    given = {**bearer(ANA), **{name.replace("_", "-"): value for name, value in headers.items()}}
    return opened.client.post(path, json=body, headers=given)


@pytest.mark.parametrize(
    ("path", "body", "done"),
    [
        (f"{HERE}/acknowledge", {"why": "on it"}, ["acknowledge", 7, "ana", "on it"]),
        (f"{HERE}/acknowledge", {}, ["acknowledge", 7, "ana", ""]),
        (f"{HERE}/note", {"words": "the tokenizer"}, ["note", 7, "ana", "the tokenizer"]),
        (f"{HERE}/resolve", {"why": "rolled back"}, ["resolve", 7, "ana", "rolled back"]),
        (f"{HERE}/silence", {"why": "known", "until": "8h"}, ["silence members", 7, "ana", "known", "8h"]),
        (
            "/api/v1/silences",
            {"matchers": {"intent": "gdpr_*", "slice": "tier=x"}, "why": "known", "until": "3d"},
            ["silence", {"intent": "gdpr_*", "slice": "tier=x"}, "ana", "known", "3d"],
        ),
        ("/api/v1/silences/3/expire", None, ["expire", 3]),
    ],
)
def test_each_is_done_in_the_name_of_whose_token_it_is(
    opened: Asking, path: str, body: object, done: list[object]
) -> None:
    answer = say(opened, path, body)
    assert answer.status_code == (201 if path.endswith("silences") else 200)
    assert answer.json() == {"done": done}
    assert answer.headers["etag"] == tag_of(answer.content)
    assert [list(each) for each in opened.writer.done] == [done]


def test_to_acknowledge_nothing_need_be_sent(opened: Asking) -> None:
    answer = opened.client.post(f"{HERE}/acknowledge", headers=bearer(ANA))
    assert answer.json() == {"done": ["acknowledge", 7, "ana", ""]}


@pytest.mark.parametrize("body", [None, {}, {"why": ""}, {"why": " \n"}])
def test_who_resolves_says_what_was_done(opened: Asking, body: object) -> None:
    assert code_of(say(opened, f"{HERE}/resolve", body)) == "invalid"
    assert opened.writer.done == []


def test_where_nobody_is_asked_the_program_says_for_whom_it_speaks() -> None:
    with asking(login=False) as alone:
        answer = alone.client.post(f"{HERE}/note", json={"by": "ben", "words": "seen"})
        assert answer.json() == {"done": ["note", 7, "ben", "seen"]}


def test_nobody_speaks_for_somebody_else(opened: Asking) -> None:
    answer = say(opened, f"{HERE}/note", {"by": "ben", "words": "seen"})
    assert code_of(answer) == "invalid"
    assert answer.json()["errors"][0]["pointer"] == "#/by"
    assert say(opened, f"{HERE}/note", {"by": "ana", "words": "seen"}).status_code == 200
    assert len(opened.writer.done) == 1


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        (f"{HERE}/note", {}, "#/words"),
        (f"{HERE}/note", {"words": ""}, "#/words"),
        (f"{HERE}/note", {"words": "a\0b"}, "#/words"),
        (f"{HERE}/note", {"words": "\ud800"}, "#/words"),
        (f"{HERE}/note", {"words": 3}, "#/words"),
        (f"{HERE}/note", {"words": "seen", "wrods": "x"}, "#/wrods"),
        (f"{HERE}/acknowledge", {"reason": "on it"}, "#/reason"),
        (f"{HERE}/silence", {"why": "known"}, "#/until"),
        ("/api/v1/silences", {"matchers": {}, "why": "known", "until": "8h"}, "#/matchers"),
        (
            "/api/v1/silences",
            {"matchers": {"intents": "x"}, "why": "known", "until": "8h"},
            "#/matchers/intents",
        ),
    ],
)
def test_a_body_that_will_not_do_is_refused_with_the_place(
    opened: Asking, path: str, body: object, pointer: str
) -> None:
    headers = {**bearer(ANA), "Content-Type": "application/json"}
    answer = opened.client.post(path, content=json.dumps(body), headers=headers)
    assert code_of(answer) == "invalid"
    assert pointer in answer.json()["errors"][0]["pointer"]
    assert opened.writer.done == []


def test_what_may_be_silenced_is_what_the_command_knows() -> None:
    assert get_args(SilenceField) == FIELDS


def test_a_word_that_will_not_do_has_the_name_of_the_body(opened: Asking) -> None:
    opened.writer.fails = InputError({"--until": "a silence lasts 90 days at most", "--reason": "say why"})
    errors = say(opened, f"{HERE}/silence", {"why": " ", "until": "99d"}).json()["errors"]
    assert {each["pointer"]: each["detail"] for each in errors} == {
        "#/until": "a silence lasts 90 days at most",
        "#/why": "say why",
    }


@pytest.mark.parametrize("keyed", [{}, {"Idempotency_Key": "k1"}], ids=["without a key", "with a key"])
@pytest.mark.parametrize(
    ("fails", "code"),
    [(NotFoundError(["there is no incident 7"]), "not_found"), (ConfigError(["it is over"]), "conflict")],
)
def test_what_is_refused_is_a_problem_with_a_key_and_without(
    opened: Asking, keyed: dict[str, str], fails: AnchorwatchError, code: str
) -> None:
    opened.writer.fails = fails
    answer = say(opened, f"{HERE}/acknowledge", {}, **keyed)
    assert code_of(answer) == code
    assert answer.json()["detail"] == str(fails)


@pytest.mark.parametrize(
    ("fails", "code"),
    [
        (RequestInProgressError("being done"), "request_in_progress"),
        (RequestChangedError("used"), "key_used"),
        (LeaseHeldError(), "unavailable"),
        (UnavailableError("no database"), "unavailable"),
    ],
)
def test_what_may_be_sent_again_says_so(opened: Asking, fails: AnchorwatchError, code: str) -> None:
    opened.writer.fails = fails
    answer = say(opened, f"{HERE}/acknowledge", {})
    assert code_of(answer) == code
    assert ("retry-after" in answer.headers) == (code == "request_in_progress")


def test_a_key_is_of_the_person_the_route_and_the_content(opened: Asking) -> None:
    body = {"words": "seen"}
    say(opened, f"{HERE}/note", body, Idempotency_Key="k1")
    raw = b'{"words":"seen"}'
    assert opened.writer.keys == [KeyedRequest("ana", f"POST {HERE}/note", "k1", b"\0" + raw)]
    tag = tag_of(json.dumps(SEEN, separators=(",", ":")).encode())
    say(opened, f"{HERE}/note", body, Idempotency_Key="k1", If_Match=tag)
    ((_, first), (_, second)) = ((key, key.fingerprint) for key in opened.writer.keys if key is not None)
    assert first != second


@pytest.mark.parametrize("key", ["", "k" * 256, "a b"])
def test_a_key_that_is_none_is_refused(opened: Asking, key: str) -> None:
    answer = say(opened, f"{HERE}/note", {"words": "seen"}, Idempotency_Key=key)
    assert code_of(answer) == "invalid"
    assert "dempotency" in answer.json()["errors"][0]["parameter"]
    assert opened.writer.done == []


def test_only_what_is_as_it_was_seen_is_changed(opened: Asking) -> None:
    tag = tag_of(json.dumps(SEEN, separators=(",", ":")).encode())
    for seen in (tag, f'"x", {tag}', "*"):
        assert say(opened, f"{HERE}/resolve", {"why": "rolled back"}, If_Match=seen).status_code == 200
    for other in ('"x"', f"W/{tag}", tag.strip('"')):
        assert (
            code_of(say(opened, f"{HERE}/resolve", {"why": "rolled back"}, If_Match=other))
            == "changed_meanwhile"
        )
    assert len(opened.writer.done) == 3


def documented(opened: Asking, path: str) -> Any:  # noqa: ANN401 - any JSON
    return opened.client.get("/api/v1/openapi.json", headers=bearer(ANA)).json()["paths"][path]["post"]


def test_the_document_names_the_headers_and_what_may_be_amiss(opened: Asking) -> None:
    note = documented(opened, "/api/v1/incidents/{number}/note")
    assert {"Idempotency-Key", "If-Match"} <= {each["name"] for each in note["parameters"]}
    assert {"200", "400", "404", "409", "412", "413", "415", "422", "503"} <= note["responses"].keys()
    assert "201" in documented(opened, "/api/v1/silences")["responses"]
