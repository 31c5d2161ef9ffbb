"""`kill -9` between decoding and saving: one batch is all but saved, the next is decoded, and each event counts."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from connectors.kafka.embedded import EmbeddedBroker
from tests.e2e import reference
from tests.e2e.agent import Place, Producer, counted, environment, until
from tests.e2e.drafts import MAX_BYTES
from tests.e2e.streams import stream

SEED = 31


@pytest.mark.parametrize("saves", [0, 2])
def test_an_agent_killed_with_one_batch_all_but_saved_and_one_decoded_counts_each_event_once(
    tmp_path: Path, embedded_broker: EmbeddedBroker, saves: int
) -> None:
    records = stream(SEED, predictions=6_000)
    truth = reference.read([(record.topic[:-1], record.value) for record in records], ("channel",), MAX_BYTES)
    wanted = sum(counts.hits + counts.misses for cell, counts in truth.cells.items() if cell.slice is None)
    place = Place(
        tmp_path,
        embedded_broker.bootstrap,
        {
            "kafka": {
                "session_timeout_ms": 2_000,
                "heartbeat_interval_ms": 300,
                "max_poll_records": 1_200,  # so many that the next batch is read while one is saved
            },
            "schedule": {"evaluate_seconds": 0.3, "deliver_seconds": 0.2},
            "slices": [{"name": "channel"}],
            "limits": {"message_bytes": MAX_BYTES},
        },
    )
    place.anchor()
    with closing(Producer(place)) as producer:
        producer.send(records)

    mark = tmp_path / "held"
    words = [str(saves), str(mark), "run", "--config", str(place.config)]
    with (tmp_path / "held.log").open("wb") as log:
        held = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.held_save", *words],
            env=environment(),
            stdout=log,
            stderr=log,
        )
        try:
            assert until(mark.exists, 120, going_on=lambda: held.poll() is None), held.poll()
        finally:
            held.kill()
            held.wait()
    before = place.taken()
    assert before < len(records)
    assert (before > 0) is (saves > 0)

    with place.start() as agent:
        agent.wait_until(lambda: place.has_taken(len(records)), "every record saved")
        agent.wait_until(lambda: place.judged() >= wanted, "every outcome judged")
        assert agent.terminate(within_s=8) == 0
    assert place.taken() == len(records)
    assert counted(place.quick_status()) == truth.cells
