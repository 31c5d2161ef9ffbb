"""The doctor shows what the newest records of a topic are read as, and nothing of a person."""

import json
import uuid

from connectors.formats.make import decoder_of
from connectors.kafka.admin import ensure_topics
from connectors.kafka.client import kafka
from connectors.kafka.embedded import EmbeddedBroker
from monitor.app.findings import CheckResult, CheckStatus
from monitor.app.live_samples import live_samples, sample_finding
from monitor.domain.events.types import Partition, Record
from monitor.settings.kafka import Kafka
from monitor.settings.settings import Settings
from monitor.settings.topics import PredictionTopic

SECRET = "Ann Smith"
TOPIC = PredictionTopic.model_validate(
    {
        "name": "ml",
        "format": "json",
        "map": {
            "prediction_id": "$.id",
            "ts": "$.at",
            "model": {"name": {"const": "tickets"}, "version": "$.v"},
            "intent": "$.label",
            "score": "$.p",
            "slices": {"account": "$.who"},
            "text": "$.text",
            "subject": "$.who",
        },
    }
)
THEIRS = {
    "id": SECRET,
    "at": "2026-11-22T13:00:00Z",
    "v": 7,
    "label": "refund",
    "p": 0.5,
    "who": SECRET,
    "text": f"I am {SECRET}",
}


def record(offset: int, **changes: object) -> Record:
    return Record(Partition("ml", 0), offset, json.dumps(THEIRS | changes).encode())


def test_the_newest_record_is_shown_without_ids_texts_and_persons() -> None:
    finding = sample_finding(
        "ml", [record(8), record(7)], decoder_of(Kafka(), "prediction", TOPIC), Settings()
    )
    assert finding == CheckResult(
        "sample of ml",
        CheckStatus.GOOD,
        "at 8 of partition 0: a prediction of tickets v7 (prod), refund, score 0.50, 2026-11-22 13:00 UTC,"
        " slices account, a text of 14 characters",
    )


def test_refused_ones_are_counted_with_the_reason_and_what_to_do() -> None:
    records = [record(8), record(7, id=[SECRET]), record(6)]
    finding = sample_finding("ml", records, decoder_of(Kafka(), "prediction", TOPIC), Settings())
    assert (finding.health, finding.detail) == (
        CheckStatus.WARNING,
        "1 of the newest 3 are refused: schema_invalid: Expected `str`, got `array` - at `$.prediction_id`",
    )
    assert "try-mapping" in finding.remedy


def test_the_newest_records_of_each_topic_are_looked_at(embedded_broker: EmbeddedBroker) -> None:
    names = [f"{uuid.uuid4()}", f"{uuid.uuid4()}"]
    client = {"bootstrap_servers": embedded_broker.bootstrap}
    ensure_topics(client, names, partitions=2)
    producer = kafka.KafkaProducer(**client)
    for number in range(20):
        value = json.dumps(THEIRS | {"label": f"intent {number}"}).encode()
        producer.send(names[0], value=value, partition=number % 2, timestamp_ms=1_795_000_000_000 + number)
    producer.flush()
    producer.close()
    topics = {"predictions": TOPIC.model_copy(update={"name": names[0]}).model_dump(), "labels": names[1]}
    settings = Settings.model_validate(
        {"kafka": {"bootstrap_servers": embedded_broker.bootstrap, "topics": topics}}
    )
    first, second = live_samples(settings, [])
    assert ("intent 19" in first.detail, second.detail) == (True, "it holds no record yet")
    assert [finding.what for finding in live_samples(settings, [names[0]])] == [f"sample of {names[1]}"]
