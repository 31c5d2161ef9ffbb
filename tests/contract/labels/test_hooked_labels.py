"""Labels by webhook, taken in: by their map, each message once, on SQLite and PostgreSQL alike."""

import json
from typing import Any

from sqlalchemy import Engine

from connectors.web.hooks.labels import HeardSender, hear_labels
from monitor.app.writing import Writer
from monitor.domain.access.requests import RequestAnswer
from monitor.settings.web_hooks import SECRET_HEADER, Signed
from tests.contract.writers import writer
from tests.stored import outcomes, prediction, rows, store, take

SENT_BY: dict[str, Any] = {
    "name": "desk",
    "signature": "hub",
    "secrets": ["s3cret-of-a-sender"],
    "map": {
        "label_id": "$.move",
        "prediction_id": "$.ticket.prediction",
        "labeled_at": {"path": "$.at", "format": "epoch_s"},
        "intent": {"path": "$.to", "aliases": {"98738": "refund"}},
        "source": {"kind": {"const": "human"}},
    },
}
DESK = HeardSender("desk", Signed.HUB, ("s3cret-of-a-sender",), (), SECRET_HEADER)
NOON_S = 1_763_640_000 + 24 * 3_600


def moved(prediction_id: str = "p1", to: object = 98738, move: str = "m1", **more: Any) -> bytes:  # noqa: ANN401
    ticket = {"prediction": prediction_id}
    return json.dumps({"move": move, "ticket": ticket, "at": NOON_S, "to": to, **more}).encode()


def hooked(engine: Engine, **more: Any) -> Writer:  # noqa: ANN401
    return writer(engine, web={"hooks": {"labels": {"sources": [SENT_BY]}}}, **more)


def heard(at: Writer, body: bytes, message: str = "") -> RequestAnswer:
    return hear_labels(DESK, {"x-atlassian-webhook-identifier": message} if message else {}, body, at)


def test_a_message_is_a_label_by_its_map(engine: Engine) -> None:
    take(store(engine), prediction("p1"))
    answer = heard(hooked(engine), moved())
    assert (answer.status, json.loads(answer.body)["new"]) == (200, 1)
    assert [row[3] for row in outcomes(engine)] == ["refund"]


def test_a_message_is_done_once_and_answered_as_the_first_time(engine: Engine) -> None:
    at = hooked(engine)
    first, again = heard(at, moved(), "msg-1"), heard(at, moved(), "msg-1")
    assert again == first
    assert json.loads(heard(at, moved()).body)["seen_before"] == 1  # the same by another id


def test_what_a_map_does_not_find_is_refused_by_its_code_and_kept_as_a_dead_letter(engine: Engine) -> None:
    answer = heard(hooked(engine), json.dumps({"move": "m1"}).encode())
    (refused,) = json.loads(answer.body)["refused"]
    assert (answer.status, refused["code"]) == (422, "path_missing")
    assert "$.ticket.prediction" in refused["detail"]
    assert rows(engine, "SELECT topic, code FROM dead_letter") == [("/hooks/labels/desk", "path_missing")]


def test_what_was_refused_is_taken_in_under_the_same_id_when_the_map_is_mended(engine: Engine) -> None:
    nowhere = {**SENT_BY, "map": {**SENT_BY["map"], "intent": "$.elsewhere"}}
    before = writer(engine, web={"hooks": {"labels": {"sources": [nowhere]}}})
    assert [heard(before, moved(), "msg-1").status for _ in range(2)] == [422, 422]
    answer = heard(hooked(engine), moved(), "msg-1")
    assert (answer.status, json.loads(answer.body)["new"]) == (200, 1)


def test_the_place_of_what_is_wrong_is_none_of_our_names_in_their_message(engine: Engine) -> None:
    (refused,) = json.loads(heard(hooked(engine), moved(to=None)).body)["refused"]
    assert (refused["code"], refused["pointer"]) == ("schema_invalid", "#")


def test_a_sender_is_believed_as_its_address(engine: Engine) -> None:
    believe = {"believe": [{"topic": "/hooks/labels/desk", "kinds": ["adjudicated"]}]}
    answer = heard(hooked(engine, labels=believe), moved())
    assert json.loads(answer.body)["passed_over"] == 1
    assert rows(engine, "SELECT count(*) FROM label") == [(0,)]


def test_a_list_of_messages_is_taken_one_by_one(engine: Engine) -> None:
    body = b"[" + moved() + b"," + moved("p2", move="m2") + b", 3]"
    said = json.loads(heard(hooked(engine), body).body)
    assert (said["labels"], said["new"], [each["index"] for each in said["refused"]]) == (3, 2, [2])
