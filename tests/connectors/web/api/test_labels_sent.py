"""Labels over HTTP: which bytes go in, who may send them, and what is said of those that are refused."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from connectors.web.api.door import BODY_MAX, LABELS_BODY_MAX
from connectors.web.api.labels import LABELS_MAX
from tests.connectors.web.api.asking import Asking, asking, bearer, code_of
from tests.connectors.web.rooms import ANA, LES, VIC

LABELS = "/api/v1/labels"
GOOD, BAD = b'{"label_id": "l1"}', b'{"bad":  1}'


@pytest.fixture
def opened() -> Iterator[Asking]:
    with asking() as each:
        yield each


def send(opened: Asking, body: bytes, token: str = ANA, **headers: str) -> httpx.Response:
    given = {**bearer(token), "Content-Type": "application/json", **headers}
    return opened.client.post(LABELS, content=body, headers=given)


def test_each_goes_in_as_the_bytes_that_were_sent(opened: Asking) -> None:
    answer = send(opened, b"[" + GOOD + b" , " + b'{"x": 1.50, "x": 2}' + b"]")
    assert opened.writer.done == [("labels", GOOD, b'{"x": 1.50, "x": 2}')]
    assert answer.json() == {
        "labels": 2,
        "new": 2,
        "seen_before": 0,
        "passed_over": 0,
        "waiting": 1,
        "unknown_intents": {"buug": 2},
    }


@pytest.mark.parametrize(("body", "events"), [(GOOD, (GOOD,)), (b" [ ] ", ()), (b"3", (b"3",))])
def test_one_alone_need_not_be_in_a_list(opened: Asking, body: bytes, events: tuple[bytes, ...]) -> None:
    send(opened, body)
    assert opened.writer.done == [("labels", *events)]


def test_where_some_are_refused_the_answer_is_a_problem_that_names_each_and_counts_the_others(
    opened: Asking,
) -> None:
    answer = send(opened, b"[" + GOOD + b"," + BAD + b"]")
    assert code_of(answer) == "labels_refused"
    said = answer.json()
    assert said["refused"] == [
        {"index": 1, "code": "schema_invalid", "detail": "bad", "pointer": "#/1/source/kind"}
    ]
    assert (said["labels"], said["new"], said["detail"]) == (
        2,
        1,
        "1 of 2 were refused; the others are taken in",
    )
    assert send(opened, BAD).json()["refused"][0]["pointer"] == "#/source/kind"


@pytest.mark.parametrize("body", [b"", b"{", b"[1,", b"[1] 2", b"[" * 100_000, b"nul", b"\xff"])
def test_what_is_no_json_is_refused_as_a_whole(opened: Asking, body: bytes) -> None:
    assert code_of(send(opened, body)) == "unreadable"
    assert opened.writer.done == []


def test_more_than_a_thousand_are_refused_as_a_whole(opened: Asking) -> None:
    many = [GOOD] * LABELS_MAX
    assert send(opened, b"[" + b",".join(many) + b"]").status_code == 200
    answer = send(opened, b"[" + b",".join([*many, GOOD]) + b"]")
    assert code_of(answer) == "invalid"
    assert "1,001 labels; send 1,000 at most" in answer.json()["detail"]
    assert len(opened.writer.done) == 1


def test_labels_may_be_longer_than_anything_else_that_is_sent(opened: Asking) -> None:
    assert send(opened, b'"' + b"x" * BODY_MAX + b'"').status_code == 200
    assert code_of(send(opened, b"x" * (LABELS_BODY_MAX + 1))) == "too_long"
    headers = {**bearer(ANA), "Content-Type": "application/json"}
    note = opened.client.post("/api/v1/incidents/7/note", content=b"x" * (BODY_MAX + 1), headers=headers)
    assert code_of(note) == "too_long"


def test_a_labeller_records_labels_and_neither_sees_nor_says_anything(opened: Asking) -> None:
    assert send(opened, GOOD, LES).status_code == 200
    for path in ("/incidents", "/incidents/7", "/me", "/openapi.json", "/labels"):
        assert code_of(opened.client.get(f"/api/v1{path}", headers=bearer(LES))) == "not_allowed"
    acknowledged = opened.client.post("/api/v1/incidents/7/acknowledge", headers=bearer(LES))
    assert code_of(acknowledged) == "not_allowed"
    for path in ("/", "/now.json", "/incidents/7", "/changes"):
        assert opened.client.get(path, headers=bearer(LES)).status_code == 403
    assert opened.writer.done == [("labels", GOOD)]


def test_a_viewer_records_none(opened: Asking) -> None:
    assert code_of(send(opened, GOOD, VIC)) == "not_allowed"


def test_a_key_is_read_here_too(opened: Asking) -> None:
    send(opened, GOOD, LES, **{"Idempotency-Key": "k1"})
    ((who, route, key, content),) = (each for each in opened.writer.keys if each is not None)
    assert (who, route, key, content) == ("les", f"POST {LABELS}", "k1", b"\0" + GOOD)


def test_the_document_describes_a_label_and_what_is_said_of_refused_ones(opened: Asking) -> None:
    document: Any = opened.client.get("/api/v1/openapi.json", headers=bearer(ANA)).json()
    post = document["paths"][LABELS]["post"]
    alone, several = post["requestBody"]["content"]["application/json"]["schema"]["anyOf"]
    assert {"label_id", "prediction_id", "labeled_at"} <= set(alone["required"])
    assert several["items"] == alone
    assert several["maxItems"] == LABELS_MAX
    problem = post["responses"]["422"]["content"]["application/problem+json"]["schema"]["anyOf"][1]
    assert "refused" in document["components"]["schemas"][problem["$ref"].rpartition("/")[2]]["properties"]
