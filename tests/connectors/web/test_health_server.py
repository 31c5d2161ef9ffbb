"""Health is served on the addresses that people configure, and a client that dawdles keeps nobody from it."""

import json
import socket
import threading
import time
from contextlib import suppress
from threading import Event, Thread
from urllib.request import urlopen

import pytest
from prometheus_client import CollectorRegistry, Gauge

from connectors.web.health_answers import HealthAnswers
from connectors.web.health_server import CLIENTS_MAX, HealthServer
from monitor.errors import ConfigError


def listening(host: str) -> HealthServer:
    return HealthServer(host, 0, HealthAnswers(CollectorRegistry(), stuck=list, not_ready=list))


def answered(host: str, port: int) -> object:
    with urlopen(f"http://{host}:{port}/healthz", timeout=10) as answer:
        return json.load(answer)


@pytest.mark.parametrize(
    ("host", "reached"),
    [
        ("127.0.0.1", ["127.0.0.1"]),
        ("localhost", ["127.0.0.1"]),
        ("::1", ["[::1]"]),
        ("[::1]", ["[::1]"]),
        ("::", ["[::1]", "127.0.0.1"]),
        ("0.0.0.0", ["127.0.0.1"]),
    ],
)
def test_it_listens_where_it_is_told_to(host: str, reached: list[str]) -> None:
    with listening(host) as server:
        assert [answered(at, server.port) for at in reached] == [{"ok": True, "reasons": []}] * len(reached)


@pytest.mark.parametrize("host", ["nowhere.invalid", "300.1.1.1", "::g", "203.0.113.7"])
def test_an_address_that_is_none_of_ours_is_a_problem_of_the_configuration(host: str) -> None:
    with pytest.raises(ConfigError, match=r"metrics.port: can't listen"):
        listening(host)


def many_series() -> CollectorRegistry:
    """More than a socket's buffers take: whoever does not read holds up who writes."""
    registry = CollectorRegistry()
    many = Gauge("many", "A test.", ["name"], registry=registry)
    for number in range(20_000):
        many.labels("x" * 200 + str(number)).set(1)
    return registry


def test_clients_that_trickle_or_read_nothing_hold_up_nobody() -> None:
    answers = HealthAnswers(many_series(), stuck=list, not_ready=list)
    with HealthServer("127.0.0.1", 0, answers) as server:
        clients = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(60)]
        over = Event()

        def trickle() -> None:
            while not over.wait(0.05):
                for client in clients[::2]:
                    with suppress(OSError):
                        client.sendall(b"x")

        Thread(target=trickle, daemon=True).start()
        try:
            for client in clients[1::2]:
                with suppress(OSError):
                    client.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            for _ in range(5):
                began = time.monotonic()
                assert answered("127.0.0.1", server.port) == {"ok": True, "reasons": []}
                assert time.monotonic() - began < 4
            assert threading.active_count() < 2 * CLIENTS_MAX
        finally:
            over.set()
            for client in clients:
                client.close()


def test_half_open_requests_hold_up_nobody() -> None:
    """A thread and a descriptor each, for ever, would let a scanner stop the pages."""
    with listening("127.0.0.1") as server:
        silent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(100)]
        try:
            silent[0].sendall(b"GET /metrics HTTP/1.1\r\nX: ")
            assert answered("127.0.0.1", server.port) == {"ok": True, "reasons": []}
        finally:
            for client in silent:
                client.close()
