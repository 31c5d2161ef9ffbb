"""What only HTTP can do to a sink: statuses, redirects, certificates, addresses in answers. And the terminal."""

import io
import logging
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest
import trustme
from pytest_httpserver import HTTPServer
from rich.console import Console
from werkzeug import Request, Response

from connectors.sinks.terminal import TerminalSink
from monitor.deliver.ports import Sink
from monitor.errors import DeliveryError
from reports.pages.page import page_of
from tests.contract.http_sinks import PATH, QUERY, SECRETS, Build, alertmanager, pagerduty, slack, webhook
from tests.notices import AT, data_export_request, gdpr_erasure, notice
from tests.sending import send


@pytest.fixture(params=[slack, webhook, alertmanager, pagerduty])
def build(request: pytest.FixtureRequest) -> Build:
    made: Build = request.param
    return made


@pytest.fixture(autouse=True)
def _no_secret_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever happens, at any log level, no secret is in the log."""
    caplog.set_level(logging.DEBUG)
    yield
    ours = [record for record in caplog.get_records("call") if record.name != "werkzeug"]
    assert not [record for record in ours for secret in SECRETS if secret in record.getMessage()]


def refusal(sink: Sink) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        send(sink, notice())
    seen = [
        caught.value.reason,
        str(caught.value),
        repr(caught.value),
        repr(sink),
        str(caught.value.__cause__),
    ]
    assert not [text for text in seen for secret in SECRETS if secret in text]
    return caught.value


def answer(server: HTTPServer, status: int, body: str = "", headers: dict[str, str] | None = None) -> str:
    server.expect_request(PATH).respond_with_data(body, status=status, headers=headers or {})
    return server.url_for(PATH) + QUERY


@contextmanager
def raw_server(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that reads the request, then does as it pleases with the connection."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        done = threading.Event()

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)
                talk(connection)
                done.wait(5)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}{PATH}{QUERY}"
        done.set()
        thread.join(5)


def test_a_taken_notice_raises_nothing_and_is_one_json_post(build: Build, httpserver: HTTPServer) -> None:
    sink = build(answer(httpserver, 200, "ok"))

    send(sink, notice())

    [(request, _)] = httpserver.log
    assert sink.name == "oncall"
    assert (request.method, request.content_type) == ("POST", "application/json")
    assert request.headers["accept-encoding"] == "identity"
    assert b"gdpr_erasure" in request.data


def test_the_same_notice_again_is_the_same_message(build: Build, httpserver: HTTPServer) -> None:
    sink = build(answer(httpserver, 200, "ok"))

    send(sink, notice())
    send(sink, notice())

    [(first, _), (second, _)] = httpserver.log
    assert first.data == second.data


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_trouble_on_their_side_can_be_retried(build: Build, httpserver: HTTPServer, status: int) -> None:
    error = refusal(build(answer(httpserver, status, "rollup_error")))

    assert error.reason == f"localhost answered {status}: rollup_error"
    assert (error.retryable, error.retry_after_s) == (True, None)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422])
def test_a_refusal_is_permanent(build: Build, httpserver: HTTPServer, status: int) -> None:
    error = refusal(build(answer(httpserver, status, "invalid_payload", {"Retry-After": "9"})))

    assert error.reason == f"localhost answered {status}: invalid_payload"
    assert (error.retryable, error.retry_after_s) == (False, None)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30", 30.0),
        ((AT + timedelta(seconds=90)).strftime("%a, %d %b %Y %H:%M:%S GMT"), 90.0),
        ("soon", None),
    ],
)
def test_retry_after_is_honoured_in_both_forms(
    build: Build, httpserver: HTTPServer, value: str, seconds: float | None
) -> None:
    error = refusal(build(answer(httpserver, 429, "", {"Retry-After": value})))

    assert error.reason == "localhost answered 429"
    assert (error.retryable, error.retry_after_s) == (True, seconds)


def test_a_redirect_is_not_followed(build: Build, httpserver: HTTPServer) -> None:
    error = refusal(build(answer(httpserver, 307, "", {"Location": httpserver.url_for("/elsewhere")})))

    assert error.reason == "localhost answered 307: redirects are not followed"
    assert not error.retryable
    assert len(httpserver.log) == 1


def test_an_answer_that_repeats_the_address_is_quoted_without_it(
    build: Build, httpserver: HTTPServer
) -> None:
    def echo(request: Request) -> Response:
        return Response(f"no route {request.url} ({request.path}) B0002 " + "x" * 500, status=404)

    httpserver.expect_request(PATH).respond_with_handler(echo)

    error = refusal(build(httpserver.url_for(PATH) + QUERY))

    assert error.reason.startswith("localhost answered 404: no route [hidden] ([hidden]) [hidden] xxx")
    assert len(error.reason) == len("localhost answered 404: ") + 200


def test_no_answer_in_time_can_be_retried(build: Build) -> None:
    with raw_server(lambda connection: None) as url:
        error = refusal(build(url))

    assert (error.reason, error.retryable) == ("127.0.0.1: no answer within 0.3 s", True)


def test_a_reset_in_the_middle_of_an_answer_can_be_retried(build: Build) -> None:
    def reset(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nok")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    with raw_server(reset) as url:
        error = refusal(build(url))

    assert error.reason.startswith("127.0.0.1: the connection broke before the answer was complete")
    assert error.retryable


def test_something_that_does_not_speak_http_can_be_retried(build: Build) -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(b"220 mail.example ESMTP\r\n")
        connection.shutdown(socket.SHUT_WR)

    with raw_server(talk) as url:
        error = refusal(build(url))

    assert error.reason.startswith("127.0.0.1: the connection broke before the answer was complete")
    assert error.retryable


def test_nothing_listening_can_be_retried(build: Build) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]

    error = refusal(build(f"http://127.0.0.1:{port}{PATH}{QUERY}"))

    assert (error.reason, error.retryable) == (
        "127.0.0.1: could not connect: [Errno 111] Connection refused",
        True,
    )


def test_a_certificate_nobody_vouches_for_is_refused(build: Build) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    with HTTPServer(ssl_context=context) as server:
        error = refusal(build(answer(server, 200, "ok")))
        assert not server.log

    assert error.reason.startswith("localhost: could not connect: [SSL: CERTIFICATE_VERIFY_FAILED]")
    assert error.retryable


def terminal(console: Console) -> Sink:
    return TerminalSink("here", console=console)


def test_a_pipe_gets_the_plain_text() -> None:
    out = io.StringIO()

    send(terminal(Console(file=out)), notice())

    assert out.getvalue() == page_of(notice()).text + "\n"


def test_a_pipe_that_knows_only_ascii_gets_what_it_can_show() -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")

    send(terminal(Console(file=out)), notice(blast_radius="Köln"))

    assert isinstance(out.buffer, io.BytesIO)
    assert b"blast radius      K?ln\n" in out.buffer.getvalue()


def test_a_terminal_gets_every_line_in_a_frame_and_no_markup_from_names() -> None:
    out = io.StringIO()
    news = notice(gdpr_erasure(), data_export_request(), blast_radius="[red]not markup[/red]")

    send(terminal(Console(file=out, force_terminal=True, color_system=None, width=104)), news)

    lines = [line[1:-1].strip() for line in out.getvalue().splitlines()[1:-1]]
    assert lines == [line.strip() for line in page_of(news).text.splitlines()]


def test_a_closed_terminal_is_a_delivery_error() -> None:
    out = io.StringIO()
    out.close()

    with pytest.raises(DeliveryError) as caught:
        send(terminal(Console(file=out)), notice())

    assert caught.value.retryable
