"""A client that says or takes nothing, or a byte at a time, is dropped, and keeps nobody else out."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress

import httpx
import pytest
from structlog.testing import capture_logs

from connectors.web.patience import Patience
from connectors.web.server import RoomServer
from tests.connectors.web.rooms import opened
from tests.fakes.room import FakeDesk, FakeRoom

SHORT = Patience(request_s=0.5, unread_s=0.5, clients=8)
GIVES_UP_S = 20.0
GET = b"GET /now.json HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /incidents/7/note HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n"


@pytest.fixture
def server() -> Iterator[RoomServer]:
    with RoomServer(opened(FakeRoom(), FakeDesk()), "127.0.0.1", 0, patience=SHORT) as made:
        yield made


def knock(server: RoomServer, sent: bytes = b"") -> socket.socket:
    client = socket.create_connection(("127.0.0.1", server.port), timeout=GIVES_UP_S)
    client.sendall(sent)
    return client


def is_dropped(client: socket.socket, trickled: bytes = b"") -> bool:
    """Whether the server ends it, while a byte at a time is sent; what was answered is passed over."""
    client.settimeout(0.05)
    until = time.monotonic() + GIVES_UP_S
    while time.monotonic() < until:
        try:
            client.sendall(trickled[:1])
            trickled = trickled[1:]
            if not client.recv(65_536):
                return True
        except TimeoutError:
            continue
        except OSError:
            return True
    return False


def answer_on(client: socket.socket, end: bytes = b"}\n") -> bytes:
    """The next answer on a connection that stays open."""
    got = b""
    while not got.endswith(end):
        more = client.recv(1_000)
        assert more, got
        got += more
    return got


def answered(server: RoomServer) -> int:
    return httpx.get(f"{server.address}/now.json", trust_env=False).status_code


@pytest.mark.parametrize(
    ("sent", "trickled"),
    [
        (b"", b""),
        (GET, b""),
        (GET, b"X: " + b"x" * 10_000),
        (b"", GET * 100),
        (POST, b""),
        (POST, b"x" * 10_000),
        (GET + b"\r\n" + GET, b"X: " + b"x" * 10_000),
        (GET + b"\r\n" + GET, b""),
        (GET + b"Content-Length: 5\r\n\r\n", b""),
    ],
    ids=[
        "nothing",
        "half",
        "header",
        "every byte",
        "no body",
        "body",
        "second",
        "half behind",
        "unasked body",
    ],
)
def test_a_request_that_is_not_whole_in_time_is_dropped(
    server: RoomServer, sent: bytes, trickled: bytes
) -> None:
    with capture_logs() as logged:
        with closing(knock(server, sent)) as client:
            assert is_dropped(client, trickled)
        assert answered(server) == 200
    assert [line for line in logged if "exc_info" in line] == []  # it is no defect of ours


def test_the_next_request_of_a_connection_has_to_be_whole_in_time_too(server: RoomServer) -> None:
    with closing(knock(server, GET + b"\r\n")) as client:
        answer_on(client)
        time.sleep(0.2)
        assert is_dropped(client, GET * 100)


def test_who_takes_nothing_of_an_answer_is_dropped() -> None:
    room = FakeRoom()
    app = opened(room, FakeDesk())

    @app.get("/long")
    def long() -> str:
        return "x" * 30_000_000  # more than the buffers between us take

    with (
        RoomServer(app, "127.0.0.1", 0, patience=SHORT) as server,
        closing(knock(server, b"GET /long HTTP/1.1\r\nHost: localhost\r\n\r\n")) as client,
    ):
        client.recv(1)
        time.sleep(3)  # it is let go of meanwhile: what comes then is what was on the way
        taken = 0
        with suppress(OSError):
            while got := len(client.recv(1_000_000)):
                taken += got
        assert taken < 30_000_000


def test_a_request_that_takes_its_time_within_limits_is_answered(server: RoomServer) -> None:
    with closing(knock(server)) as client:
        for part in (GET[:20], GET[20:], b"\r\n"):
            client.sendall(part)
            time.sleep(0.05)
        assert answer_on(client).startswith(b"HTTP/1.1 200")
        client.sendall(GET + b"\r\n")
        assert answer_on(client).startswith(b"HTTP/1.1 200")


def test_a_connection_that_was_answered_is_kept_longer_than_a_request_may_take(server: RoomServer) -> None:
    with closing(knock(server, GET + b"\r\n")) as client:
        assert answer_on(client).startswith(b"HTTP/1.1 200")
        time.sleep(3 * SHORT.request_s)
        client.sendall(GET + b"\r\n")
        assert answer_on(client).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("sent", [b"", GET, GET + b"\r\n"], ids=["nothing", "half", "idle"])
def test_many_who_dawdle_keep_nobody_out(sent: bytes) -> None:
    patient = Patience(request_s=60, unread_s=60, idle_s=60, clients=8)
    with (
        RoomServer(opened(FakeRoom(), FakeDesk()), "127.0.0.1", 0, patience=patient) as server,
        ExitStack() as stack,
    ):
        for _ in range(40):
            client = stack.enter_context(closing(knock(server, sent)))
            if sent.endswith(b"\r\n\r\n"):
                answer_on(client)
        assert [answered(server) for _ in range(5)] == [200] * 5


def test_who_waits_for_an_answer_is_never_ended_for_another_who_is_told_to_come_again() -> None:
    app, leave = opened(FakeRoom(), FakeDesk()), threading.Event()

    @app.get("/slow.json")
    def slow() -> dict[str, str]:
        leave.wait(GIVES_UP_S)
        return {"answered": "at last"}

    patient = Patience(clients=8)
    with RoomServer(app, "127.0.0.1", 0, patience=patient) as server, ExitStack() as stack:
        asked = GET.replace(b"/now.json", b"/slow.json") + b"\r\n"
        waiting = [stack.enter_context(closing(knock(server, asked))) for _ in range(7)]
        until = time.monotonic() + GIVES_UP_S
        while answered(server) != 503 and time.monotonic() < until:
            continue
        assert answered(server) == 503
        leave.set()
        assert all(b"at last" in answer_on(client, b'"}') for client in waiting)


def test_headers_without_end_are_refused(server: RoomServer) -> None:
    for sent in (
        GET + b"X: " + b"x" * 17_000 + b"\r\n\r\n",
        GET + b"".join(b"X%d: %s\r\n" % (n, b"x" * 100) for n in range(170)) + b"\r\n",
        b"GET /?" + b"x" * 17_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ):
        with closing(knock(server, sent)) as client:
            assert client.recv(1_000)[:12] in (b"HTTP/1.1 431", b"HTTP/1.1 400")
    with closing(knock(server, GET)) as client:
        for _ in range(40):
            with suppress(OSError):
                client.sendall(b"X: " + b"x" * 1_000 + b"\r\n")
        assert is_dropped(client)


def test_a_body_in_chunks_is_refused_also_where_it_says_how_long_it_is(server: RoomServer) -> None:
    head = b"POST /incidents/7/note HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
    for sent in (head, head + b"Content-Length: 5\r\n"):
        with closing(knock(server, sent + b"\r\n5\r\nwho=x\r\n0\r\n\r\n")) as client:
            assert client.recv(1_000).startswith(b"HTTP/1.1 413")
