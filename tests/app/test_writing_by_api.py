"""Writing by the API on real databases, with two servers: what is read is what may be expected, and once is once."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest
from sqlalchemy import Engine

from connectors.sql.database import open_engine
from monitor.app.serving import watch_room_server
from monitor.app.stores import Stores
from tests.contract.together import at_once
from tests.review.broken_channel import broken
from tests.stored import outcomes, prediction, rows, store, take

HERE = "/api/v1/incidents/1"
ROLLED_BACK = {"why": "rolled back"}
SAID = "SELECT what, why FROM incident_event WHERE who = 'ana' ORDER BY id"


@pytest.fixture
def servers(engine: Engine) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    """Two servers on one database in which incident 1 is open."""
    settings = broken(engine, with_examples=False, texts=False).settings
    with ExitStack() as stack:

        def client() -> httpx.Client:
            stores = Stores(settings, open_engine(engine.url.render_as_string(hide_password=False)))
            stack.callback(stores.close)
            server = stack.enter_context(watch_room_server(stores, 0))
            made = stack.enter_context(httpx.Client(base_url=server.address, trust_env=False, timeout=60))
            # FastAPI builds a route when it is first asked, and mutes warnings for both of us meanwhile.
            assert say(made, "note", {}).status_code == 422
            return made

        yield client(), client()


def say(client: httpx.Client, act: str, words: dict[str, str], **headers: str) -> httpx.Response:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(f"{HERE}/{act}", json={"by": "ana", **words}, headers=given)


def test_what_one_server_reads_may_be_expected_of_the_other_until_somebody_changes_it(
    engine: Engine, servers: tuple[httpx.Client, httpx.Client]
) -> None:
    one, other = servers
    read = one.get(HERE)
    first = say(other, "acknowledge", {}, If_Match=read.headers["etag"])
    assert first.json()["state"] == "acknowledged"
    assert say(one, "resolve", ROLLED_BACK, If_Match=read.headers["etag"]).status_code == 412
    again = one.get(HERE)
    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    assert say(one, "resolve", ROLLED_BACK, If_Match=first.headers["etag"]).json()["state"] == "resolved"
    assert [what for what, _ in rows(engine, SAID)] == ["acknowledged", "resolved"]


def test_the_answer_is_the_same_to_the_byte_whichever_server_is_asked_and_whatever_happened_since(
    engine: Engine, servers: tuple[httpx.Client, httpx.Client]
) -> None:
    one, other = servers
    first = say(one, "note", {"words": "seen"}, Idempotency_Key="k1")
    refused = say(one, "resolve", {**ROLLED_BACK, "by": " "}, Idempotency_Key="k2")
    say(other, "resolve", ROLLED_BACK)
    again = say(other, "note", {"words": "seen"}, Idempotency_Key="k1")
    kept = ("content-type", "etag", "content-length")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert [again.headers[name] for name in kept] == [first.headers[name] for name in kept]
    same = say(other, "resolve", {**ROLLED_BACK, "by": " "}, Idempotency_Key="k2")
    assert (same.status_code, same.content, same.headers["content-type"]) == (
        422,
        refused.content,
        "application/problem+json",
    )
    assert say(other, "note", {"words": "gone"}, Idempotency_Key="k1").json()["code"] == "key_used"
    assert [why for what, why in rows(engine, SAID) if what == "note"] == ["seen"]


def test_a_silence_that_cannot_be_names_each_field_of_the_body_that_is_why(
    engine: Engine, servers: tuple[httpx.Client, httpx.Client]
) -> None:
    body = {"by": " ", "matchers": {"intent": "hello"}, "why": "known", "until": "2020-01-01T00:00"}
    answer = servers[0].post("/api/v1/silences", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert {each["pointer"]: each["detail"] for each in answer.json()["errors"]} == {
        "#/by": "say who wants it quiet",
        "#/until": "2020-01-01 00:00 UTC is over; give a later time",
    }
    assert rows(engine, "SELECT count(*) FROM silence") == [(0,)]


def test_one_key_at_both_servers_at_once_is_done_once(
    engine: Engine, servers: tuple[httpx.Client, httpx.Client]
) -> None:
    def send(client: httpx.Client, key: str) -> Callable[[], object]:
        return lambda: say(client, "note", {"words": key}, Idempotency_Key=key)

    for turn in range(3):
        answers = at_once(*(send(client, f"k{turn}") for client in (*servers, *servers)))
        codes = {answer.status_code for answer in answers if isinstance(answer, httpx.Response)}
        assert 200 in codes
        assert codes <= {200, 409}
    assert [why for _, why in rows(engine, SAID)] == ["k0", "k1", "k2"]


def test_labels_that_were_sent_are_outcomes_and_refused_ones_are_dead_letters(
    engine: Engine, servers: tuple[httpx.Client, httpx.Client]
) -> None:
    take(store(engine), prediction("new"))
    before = len(outcomes(engine))
    sound = {"label_id": "l1", "prediction_id": "new", "intent": "bug", "labeled_at": "2026-11-21T09:00:00Z"}
    answer = servers[0].post("/api/v1/labels", json=[sound, {**sound, "label_id": ""}])
    assert [(each["code"], each["pointer"]) for each in answer.json()["refused"]] == [
        ("empty_id", "#/1/label_id")
    ]
    assert (
        servers[1]
        .post("/api/v1/labels", content=json.dumps(sound), headers={"Content-Type": "application/json"})
        .json()["seen_before"]
        == 1
    )
    assert [row[1:4] for row in outcomes(engine)][before:] == [("new", "refund", "bug")]
    assert "empty_id" in servers[1].get("/dead-letters").text
