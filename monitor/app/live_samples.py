"""What the newest records of each topic are read as, for `anchorwatch doctor`: nothing of a person is in its words."""

from collections.abc import Sequence
from datetime import timedelta

from connectors.formats.make import decoder_of
from connectors.kafka.newest import newest_records
from connectors.kafka.options import kafka_options
from monitor.app.clock import now
from monitor.app.findings import CheckResult, CheckStatus
from monitor.domain.events.decode import Event
from monitor.domain.events.types import Label, Prediction, Record
from monitor.errors import DecodeError, UnavailableError
from monitor.ingest.decoded import events_of, read_event
from monitor.ingest.ports import EventDecoder
from monitor.settings.settings import Settings

NEWEST = 5


def live_samples(settings: Settings, missing: Sequence[str]) -> list[CheckResult]:
    """A finding a topic that is there: what its newest record is read as, or why it is refused."""
    topics, client = settings.kafka.topics, kafka_options(settings.kafka, now)
    results = []
    for kind, topic in topics.each:
        if (name := topic.name) in missing:
            continue
        try:
            records = newest_records(client, name, kind, NEWEST)
            results.append(sample_finding(name, records, decoder_of(settings.kafka, kind, topic), settings))
        except UnavailableError as error:
            results.append(CheckResult(f"sample of {name}", CheckStatus.BAD, str(error)))
    return results


def sample_finding(
    topic: str, records: Sequence[Record], decoder: EventDecoder | None, settings: Settings
) -> CheckResult:
    """What the newest of these records is read as; a warning where some of them are refused.

    Raises:
        UnavailableError: what its format needs can't be had.
    """
    what = f"sample of {topic}"
    read: list[str] = []
    refused: list[str] = []
    latest = now() + timedelta(hours=settings.limits.future_hours)
    for record in (record for record in records if record.value is not None):
        try:
            events = events_of(read_event(record, settings.limits.message_bytes, latest, [], decoder))
            place = f"at {record.offset} of partition {record.partition.partition}"
            read += [f"{place}: {_shown(event)}" for event in events[:1]]
        except DecodeError as error:
            refused.append(str(error))
    if refused:
        return CheckResult(
            what,
            CheckStatus.WARNING,
            f"{len(refused)} of the newest {len(read) + len(refused)} are refused: {refused[0]}",
            "try some with `anchorwatch config try-mapping FILE`, and mend the map or the producer",
        )
    return CheckResult(what, CheckStatus.GOOD, read[0] if read else "it holds no record yet")


def _shown(event: Event) -> str:
    """An event without its ids, its text, the values of its slices, and who it is about."""
    if isinstance(event, tuple):
        return f"{_shown(event[1])}, with its prediction"
    if isinstance(event, Label):
        intent = "retracted" if event.retracted else event.intent
        return f"a label, {intent}, {event.labeled_at:%Y-%m-%d %H:%M} UTC, {event.kind}, {event.design}"
    return _shown_prediction(event)


def _shown_prediction(event: Prediction) -> str:
    score = "" if event.score is None else f", score {event.score:.2f}"
    slices = f", slices {', '.join(sorted(event.slices))}" if event.slices else ""
    text = "" if event.text is None else f", a text of {len(event.text):,} characters"
    answer = event.intent or "no answer"
    return f"a prediction of {event.model}, {answer}{score}, {event.ts:%Y-%m-%d %H:%M} UTC{slices}{text}"
