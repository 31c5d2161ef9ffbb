"""A deliverer that is a process of its own, killed with `kill -9` at random 200 times. Nothing is lost."""

import json
import os
import signal
import time
from collections import Counter, defaultdict
from random import Random

import pytest
from sqlalchemy import Engine

from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.outbox import LEASE, Outbox
from monitor.domain.telling.kinds import NoticeKind
from tests.contract.deliverer import SINKS, deliver_for_ever
from tests.notices import notice
from tests.services.forked import CONTEXT
from tests.services.moody import Peer, http_peer
from tests.stored import rows

pytestmark = pytest.mark.slow

KILLS = 200
INCIDENTS = 150
KINDS = (NoticeKind.OPENED, NoticeKind.RESOLVED)


@pytest.mark.parametrize("seed", [1])
def test_killed_200_times_it_loses_nothing_and_repeats_only_what_it_had_no_time_to_mark(
    engine: Engine, seed: int
) -> None:
    random = Random(seed)
    outbox = Outbox(engine)
    ahead_s = 0.0
    url = engine.url.render_as_string(hide_password=False)
    kills = 0
    with http_peer() as peer:
        for number, kind in enumerate(KINDS):
            with EvaluationStore(engine).evaluation() as transaction:
                for incident in range(1, INCIDENTS + 1):
                    news = notice(
                        id=f"{incident}-{number}", incident=incident, dedup_key=f"key-{incident}", kind=kind
                    )
                    transaction.enqueue(news, SINKS)
            while outbox.undelivered():
                child = CONTEXT.Process(target=deliver_for_ever, args=(url, peer.port, ahead_s), daemon=True)
                child.start()
                due = kills < KILLS * (number + 1) // len(KINDS)
                _until_its_hour(outbox, peer, random, kill=due)
                kills += due
                assert child.pid is not None
                os.kill(child.pid, signal.SIGKILL)
                child.join()
                ahead_s += LEASE.total_seconds() + 1
        assert kills == KILLS
    states = Counter(state for (state,) in rows(engine, "SELECT state FROM notification"))
    assert states == {"sent": INCIDENTS * len(SINKS) * len(KINDS)}
    got: dict[tuple[str, int], list[tuple[str, str]]] = defaultdict(list)
    for raw in peer.read:
        head, _, content = raw.partition(b"\r\n\r\n")
        data = json.loads(content)["data"]
        sink = head.split()[1].decode().strip("/")
        [key] = [line.split(b":")[1].strip() for line in head.splitlines() if line.startswith(b"webhook-id:")]
        got[sink, data["incident"]].append((key.decode(), data["dedup_key"]))
    assert len(got) == INCIDENTS * len(SINKS)
    for (_, incident), seen in got.items():
        assert {key for _, key in seen} == {f"key-{incident}"}
        numbers = [int(name.split("-")[1]) for name, _ in seen]
        assert numbers == sorted(numbers)
        assert set(numbers) == set(range(len(KINDS)))
    repeats = sum(len(seen) - len(set(seen)) for seen in got.values())
    assert 0 < repeats <= kills, "only a kill between sending and marking repeats a message"


def _until_its_hour(outbox: Outbox, peer: Peer, random: Random, *, kill: bool) -> None:
    """Wait until it has sent a few messages and a little longer; or, to the last child, until all is done."""
    enough = len(peer.read) + random.randint(0, 3) if kill else 1_000_000
    looks, until = 0, time.monotonic() + (0.5 if kill else 60.0)
    while time.monotonic() < until and len(peer.read) < enough:
        looks += 1
        if looks % 10 == 0 and not outbox.undelivered():
            break
        time.sleep(0.001)
    time.sleep(random.uniform(0.0, 0.004))
