"""What a schema registry may answer, each in the exact words, and none of a secret in them; a trickle is cut off."""

import base64
import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
import trustme

import connectors.formats.registry as module
from connectors.formats.make import schema_registry
from connectors.formats.registry import SchemaRegistry, UnknownSchemaError
from monitor.errors import RegistryAwayError, UnavailableError
from monitor.settings.registry import SchemaRegistrySettings

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
    status: int = 200, body: bytes = SCHEMA, *, trickle: bool = False, tls: ssl.SSLContext | None = None
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    asked: list[tuple[str, str]] = []
    handler = type("H", (Answering,), {"status": status, "body": body, "asked": asked, "trickle": trickle})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
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


def test_ids_that_nobody_knows_are_not_remembered_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(404, b'{"error_code": 40403}') as (host, asked):
        registry = SchemaRegistry(f"http://{host}")
        monkeypatch.setattr(module, "MOST_UNKNOWN", 2)
        for number in (1, 2, 3, 3, 2, 1):  # the third was one too many to remember the first
            with pytest.raises(UnknownSchemaError):
                registry.schema(number)
        registry.close()
        assert [path for path, _ in asked] == [f"/schemas/ids/{number}" for number in (1, 2, 3, 1)]


@pytest.fixture
def authority(tmp_path: Path) -> trustme.CA:
    """Who signed the registry's certificate; its own is in ca.pem."""
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    (tmp_path / "token").write_text(f"{SECRET}\n")
    return made


def settings(folder: Path, host: str, **more: object) -> SchemaRegistrySettings:
    port = host.rpartition(":")[2]
    return SchemaRegistrySettings.model_validate(
        {"url": f"https://localhost:{port}/apis/ccompat/v7", "token_file": folder / "token", **more}
    )


def test_a_registry_behind_tls_is_asked_with_the_token_of_a_file(
    tmp_path: Path, authority: trustme.CA
) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(tls)
    with answering(tls=tls) as (host, asked):
        registry = schema_registry(settings(tmp_path, host, cafile=tmp_path / "ca.pem"))
        assert registry.schema(7).text == '"string"'
        registry.close()
    assert asked == [("/apis/ccompat/v7/schemas/ids/7", f"Bearer {SECRET}")]


def test_a_registry_that_nobody_vouches_for_never_sees_the_token(
    tmp_path: Path, authority: trustme.CA
) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(tls)
    with answering(tls=tls) as (host, asked):
        registry = schema_registry(settings(tmp_path, host, cafile=tmp_path / "ca.pem"))
        with pytest.raises(RegistryAwayError, match="does not answer"):
            registry.schema(7)
        registry.close()
    assert asked == []
