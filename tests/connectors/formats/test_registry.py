"""What a schema registry may answer, each in the exact words, and none of a secret in them; a trickle is cut off."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

import connectors.formats.registry as module
from connectors.formats.registry import SchemaRegistry, UnknownSchemaError
from monitor.errors import UnavailableError

SECRET = "hunter2"
SCHEMA = json.dumps({"schema": '"string"'}).encode()


class Answering(BaseHTTPRequestHandler):
    """Answers everything alike, and notes what it was asked."""

    status = 200
    body = SCHEMA
    trickle = False
    asked: ClassVar[list[tuple[str, str]]] = []

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers.get("authorization", "")))
        self.send_response(self.status)
        self.send_header("content-length", str(len(self.body)))
        self.end_headers()
        for byte in self.body if self.trickle else ():
            self.wfile.write(bytes([byte]))
            time.sleep(0.2)
        if not self.trickle:
            self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def answering(
    status: int = 200, body: bytes = SCHEMA, *, trickle: bool = False
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    asked: list[tuple[str, str]] = []
    handler = type("H", (Answering,), {"status": status, "body": body, "asked": asked, "trickle": trickle})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def refusal(host: str) -> str:
    registry = SchemaRegistry(f"http://{host}/api", auth=("agent", SECRET))
    with pytest.raises(UnavailableError) as refused:
        registry.schema(7)
    registry.close()
    assert SECRET not in str(refused.value)
    return str(refused.value).replace(host, "HOST")


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (
            401,
            b"no",
            "the schema registry at HOST refuses us: it answered 401. The records that need it wait. Check"
            " kafka.schema_registry: username and password, or token.",
        ),
        (
            500,
            b"{}",
            "the schema registry at HOST answered 500, which is no answer of a schema registry. The records that need"
            " it wait. Check kafka.schema_registry.url.",
        ),
        (
            404,
            b'{"error_code": 404}',
            "the schema registry at HOST answered 404, which is no answer of a schema registry. The records that need"
            " it wait. Check kafka.schema_registry.url.",
        ),
        (
            200,
            b"<html>",
            "the schema registry at HOST answered 200, which is no answer of a schema registry. The records that need"
            " it wait. Check kafka.schema_registry.url.",
        ),
        (
            200,
            b"[]",
            "the schema registry at HOST answered something that is no schema. Check kafka.schema_registry.url.",
        ),
    ],
)
def test_what_is_no_schema_holds_the_records_with_what_to_do(status: int, body: bytes, words: str) -> None:
    with answering(status, body) as (host, _):
        assert refusal(host) == words


def test_nobody_there_is_said() -> None:
    assert refusal("127.0.0.1:1") == (
        "the schema registry at HOST does not answer (ConnectError). The records that need it wait."
        " Check kafka.schema_registry."
    )


def test_an_answer_that_trickles_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WITHIN_S", 1.0)
    with answering(body=SCHEMA * 20, trickle=True) as (host, _):
        began = time.monotonic()
        assert "does not answer" in refusal(host)
        assert time.monotonic() - began < 10.0


def test_a_schema_is_asked_for_once_and_an_unknown_one_not_at_once_again() -> None:
    with answering() as (host, asked):
        registry = SchemaRegistry(f"http://{host}/api/", token=SECRET)
        assert registry.schema(7).text == registry.schema(7).text == '"string"'
        assert registry.version("a/b", 3).kind == "AVRO"
        registry.close()
    assert asked == [
        ("/api/schemas/ids/7", f"Bearer {SECRET}"),
        ("/api/subjects/a%2Fb/versions/3", f"Bearer {SECRET}"),
    ]
    with answering(404, b'{"error_code": 40403}') as (host, asked):
        registry = SchemaRegistry(f"http://{host}", auth=("agent", SECRET))
        for _ in range(3):
            with pytest.raises(UnknownSchemaError):
                registry.schema(7)
        registry.close()
    login = base64.b64encode(f"agent:{SECRET}".encode()).decode()
    assert asked == [("/schemas/ids/7", f"Basic {login}")]
