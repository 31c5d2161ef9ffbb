"""Malformed bytes: read as an independent reader reads them, or a dead letter with a code.

The number of mutants is ANCHORWATCH_TEST_EXAMPLES, or 5,000. They go through the embedded broker, ingest
and SQLite, with good events between them that must all be counted.
"""

import os
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text as sql

from connectors.kafka.client import kafka
from connectors.kafka.embedded import EmbeddedBroker
from connectors.sql.database import open_engine
from monitor.app.agent import drain
from monitor.app.sources import kafka as kafka_source
from monitor.app.wiring import open_app
from monitor.domain.events.fates import Became, EventFate, FateKind
from monitor.domain.events.refusals import CODES
from monitor.settings.settings import Settings
from tests.e2e.agent import Place
from tests.e2e.mutants import any_number_of_digits, mutants
from tests.e2e.mutations import KINDS, MAX_BYTES, NEVER, dumped, sound
from tests.e2e.reckoner import Reckoner
from tests.services.kafka_tools import create_topic, new_name, options

MUTANTS = int(os.environ.get("ANCHORWATCH_TEST_EXAMPLES", "5000"))
SEED = 20261123


def test_every_mutant_is_read_as_the_reader_reads_it_or_dead_with_a_code_and_the_good_ones_count(
    tmp_path: Path, embedded_broker: EmbeddedBroker, capsys: pytest.CaptureFixture[str]
) -> None:
    began = time.monotonic()
    with any_number_of_digits():
        records = list(mutants(SEED, MUTANTS))
    topics = {kind: new_name(f"{kind}s") for kind in KINDS}
    for topic in topics.values():
        create_topic(embedded_broker.bootstrap, topic)
    with closing(kafka.KafkaProducer(bootstrap_servers=embedded_broker.bootstrap, linger_ms=5)) as producer:
        for number, record in enumerate(records):
            producer.send(topics[record.kind], value=record.value, key=str(number).encode(), partition=0)
        producer.flush()
    generated_s = time.monotonic() - began

    url = f"sqlite:///{tmp_path}/poison.db"
    settings = Settings.model_validate(
        {
            "database": {"url": url},
            "kafka": options(embedded_broker.bootstrap)
            | {"group_id": new_name("g"), "topics": {f"{kind}s": topic for kind, topic in topics.items()}},
            "poison": {"max_consecutive": NEVER},
            "limits": {"message_bytes": MAX_BYTES, "future_hours": 876_000},
        }
    )
    with closing(open_app(settings)) as app:
        source, letters = kafka_source(app.settings)
        with closing(source), closing(letters):
            drain(app, source, letters)
        all_counts = app.status.event_counts()
    mended = {str(c.fate) for c in all_counts if c.fate.kind is FateKind.MENDED}
    counts = Counter[tuple[str, str]]()
    for c in all_counts:
        if c.fate.kind is not FateKind.MENDED:
            # Whether a label's prediction came before it is a matter of two topics, which the reckoner can't tell.
            became = "label" if c.fate == EventFate.taken(Became.LABEL_FITS_NONE) else str(c.fate)
            counts[c.topic, became] += c.events

    dead = {
        number: code
        for topic in topics.values()
        for number, code in dead_letters(embedded_broker.bootstrap, f"{topic}.dlq")
    }
    reckoner, expected = Reckoner(), Counter[tuple[str, str]]()
    disagreements: list[tuple[object, ...]] = []
    for number, (kind, value, verdict) in enumerate(records):
        code = dead.pop(number, None)
        with any_number_of_digits():
            became = "" if verdict.problems else reckoner.became(verdict.read, value)
        right = verdict.problems or ({"conflict"} if became == "conflict" else {None})
        if code not in right or code not in (None, *CODES):
            disagreements.append((value and value[:1_000], code, right))
        expected[topics[kind], f"rejected:{code}" if code else became] += 1
    assert disagreements == []
    assert {"mended:score_dropped", "mended:field_ignored"} <= mended
    assert dead == {}
    assert counts == expected
    engine = open_engine(url)
    with engine.connect() as connection:
        outcomes = connection.execute(
            sql("SELECT count(*) FROM outcome WHERE intent IS NOT NULL")
        ).scalar_one()
    engine.dispose()
    assert outcomes == reckoner.outcomes()

    by_word: Counter[str] = Counter()
    for (_, word), n in counts.items():
        by_word[word] += n
    rejected = sum(n for word, n in by_word.items() if word.startswith("rejected:"))
    assert rejected > MUTANTS / 4
    assert {"prediction", "label", "rejected:not_json", "rejected:schema_invalid"} <= by_word.keys()
    with capsys.disabled():
        if MUTANTS > 5_000:
            print(  # noqa: T201
                f"\n{MUTANTS:,} mutants and {len(records) - MUTANTS:,} good events: {rejected:,} dead letters,"
                f" {outcomes:,} outcomes; generated and sent in {generated_s:.0f} s,"
                f" {time.monotonic() - began:.0f} s in all\n"
                + "\n".join(f"  {n:>7,} {word}" for word, n in by_word.most_common())
            )


def dead_letters(bootstrap: str, topic: str) -> list[tuple[int, str]]:
    """The number in the key of each dead letter, and its code."""
    consumer = kafka.KafkaConsumer(bootstrap_servers=bootstrap, group_id=None, enable_auto_commit=False)
    place = kafka.TopicPartition(topic, 0)
    letters: list[tuple[int, str]] = []
    with closing(consumer):
        consumer.assign([place])
        consumer.seek_to_beginning(place)
        quiet = 0
        while quiet < 3:  # the embedded broker does not say where the end is
            batch = consumer.poll(timeout_ms=500, max_records=5_000).get(place, [])
            quiet = 0 if batch else quiet + 1
            letters += [
                (int(record.key), dict(record.headers)["x-anchorwatch-error-code"].decode())
                for record in batch
            ]
    return letters


def test_a_thousand_rejects_in_a_row_stop_the_agent_with_exit_4_and_a_higher_limit_lets_it_go_on(
    tmp_path: Path, embedded_broker: EmbeddedBroker
) -> None:
    rng = np.random.default_rng(SEED)
    place = Place(
        tmp_path,
        embedded_broker.bootstrap,
        {"kafka": {"session_timeout_ms": 2_000, "heartbeat_interval_ms": 300}},
    )
    good = [dumped(sound(rng, "prediction", number)) for number in range(6)]
    # 999 bad records do not stop the agent; the next thousand do.
    values = [good[0], *[b"oops"] * 999, *good[1:4], *[b"{}"] * 1_000, *good[4:]]
    with closing(kafka.KafkaProducer(bootstrap_servers=embedded_broker.bootstrap)) as producer:
        for value in values:
            producer.send(place.topics["predictions"], value=value, partition=0)
        producer.flush()

    with place.start() as agent:
        assert agent.ended(within_s=60) == 4
    assert "1000 records in a row were rejected" in agent.output
    assert f"{place.topics['predictions']}[0]" in agent.output
    assert "offset 1003 (schema_invalid" in agent.output
    assert "Traceback" not in agent.output
    assert place.taken() == 1_003
    assert [code for _, code in codes(place)] == ["not_json"] * 999

    done = place.run("run", "--once", "--set", "poison.max_consecutive=1001")

    assert done.returncode == 0, done.stderr.decode()
    assert place.taken() == len(values)
    refusals = codes(place)
    assert sorted(set(refusals)) == [
        (offset, "not_json" if offset < 1_000 else "schema_invalid")
        for offset, value in enumerate(values)
        if value not in good
    ]


def codes(place: Place) -> list[tuple[int, str]]:
    """Offset and code of every dead letter of the predictions."""
    topic = f"{place.topics['predictions']}.dlq"
    consumer = kafka.KafkaConsumer(bootstrap_servers=place.bootstrap, group_id=None, enable_auto_commit=False)
    listed: list[tuple[int, str]] = []
    with closing(consumer):
        consumer.assign([kafka.TopicPartition(topic, 0)])
        consumer.seek_to_beginning()
        quiet = 0
        while quiet < 3:
            batches = consumer.poll(timeout_ms=500, max_records=5_000)
            quiet = 0 if batches else quiet + 1
            for record in (record for batch in batches.values() for record in batch):
                headers = dict(record.headers)
                listed.append(
                    (int(headers["__dlq.errors.offset"]), headers["x-anchorwatch-error-code"].decode())
                )
    return listed
