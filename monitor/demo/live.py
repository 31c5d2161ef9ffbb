"""In: a stream's records and an open app. Out: the agent at work on them, half a simulated day at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from connectors.kafka.admin import ensure_topics
from connectors.kafka.client import Untyped, connect, kafka
from connectors.kafka.errors import explain_error
from monitor.app.clock import now
from monitor.app.sources import kafka as kafka_source
from monitor.app.wiring import App
from monitor.demo.records import DemoRecord
from monitor.errors import UnavailableError
from monitor.ingest.ingest import Ingest
from monitor.settings.kafka import Kafka

EVERY: Final = timedelta(hours=12)
_POLL_S: Final = 0.05
_PATIENCE: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Tick:
    """How far the story is: everything up to `at` has been read and judged."""

    at: datetime
    read: int
    rejected: int
    labelled: int
    notices: int


def play(app: App, records: Sequence[DemoRecord], start: datetime) -> Iterator[Tick]:
    """Send the records as they arrive, let the agent read and judge them, and say so twice a simulated day.

    Raises:
        UnavailableError: the broker refused a record or went away.
    """
    client = {"bootstrap_servers": app.settings.kafka.bootstrap_servers}
    rules = app.settings.kafka.topics
    topics = {"predictions": rules.of_predictions.name, "labels": rules.of_labels.name}
    ensure_topics(client, rules.names)
    with contextlib.ExitStack() as stack:
        producer = connect(kafka.KafkaProducer, client, {"acks": "all"})
        stack.callback(producer.close, timeout=5)
        source, letters = kafka_source(app.settings)
        stack.callback(source.close)
        stack.callback(letters.close)
        ingest = app.ingest(source, letters)
        read = rejected = labelled = 0
        for at, due in _by_time(records, start):
            _send(producer, topics, due, app.settings.kafka)
            rejected += _take(ingest, len(due))
            read += len(due)
            judged = app.evaluate(by_event_time=True)
            labelled += judged.outcomes
            yield Tick(at, read, rejected, labelled, judged.notices)


def remove_topics(settings: Kafka) -> None:
    """Take the demo's topics out of a broker that goes on living; those it never made are no trouble."""
    names = settings.topics.names
    client = {"bootstrap_servers": settings.bootstrap_servers}
    with contextlib.suppress(UnavailableError):
        admin = connect(kafka.KafkaAdminClient, client, {})
        for name in [*names, *(f"{name}.dlq" for name in names)]:
            with contextlib.suppress(kafka.errors.KafkaError):
                admin.delete_topics([name])
        admin.close()


def _by_time(
    records: Sequence[DemoRecord], start: datetime
) -> Iterator[tuple[datetime, Sequence[DemoRecord]]]:
    """The records in steps of simulated time, also those in which nothing arrives."""
    begin, at = 0, start
    while begin < len(records):
        at += EVERY
        end = next((n for n in range(begin, len(records)) if records[n].arrival >= at), len(records))
        yield at, records[begin:end]
        begin = end


def _send(
    producer: Untyped, topics: Mapping[str, str], records: Sequence[DemoRecord], settings: Kafka
) -> None:
    try:
        sent: list[Any] = [producer.send(topics[r.topic], key=r.key, value=r.value) for r in records]
        producer.flush()
        for future in sent:
            future.get(timeout=10)
    except kafka.errors.KafkaError as error:
        raise UnavailableError(explain_error(error, settings.bootstrap_servers)) from error


def _take(ingest: Ingest, wanted: int) -> int:
    """Read what was just sent; how many of it were dead letters."""
    rejected, last = 0, now()
    while wanted > 0:
        taken = ingest.step(_POLL_S)
        wanted -= taken.records
        rejected += taken.rejected
        if taken.records:
            last = now()
        elif now() - last > _PATIENCE:
            raise UnavailableError(taken.trouble or "the broker does not hand out what was sent to it")
    return rejected
