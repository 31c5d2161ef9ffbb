"""Transactions that a producer aborts: events that would change every count, and that nobody may count."""

import json
from collections.abc import Mapping, Sequence
from contextlib import closing

from connectors.kafka.client import kafka
from tests.e2e.drafts import Sent, Topic
from tests.services.kafka_tools import new_name


def send_and_take_back(bootstrap: str, topics: Mapping[Topic, str], records: Sequence[Sent]) -> None:
    """Send these records, each changed so that it would hold over what it was, and abort.

    Raises:
        KafkaError: the broker was away; it ends what was begun by itself.
    """
    options = {"transactional_id": new_name("taken-back"), "enable_idempotence": True}
    timeouts = {"transaction_timeout_ms": 5_000, "max_block_ms": 10_000}
    with closing(kafka.KafkaProducer(bootstrap_servers=bootstrap, **options, **timeouts)) as producer:
        producer.init_transactions()
        producer.begin_transaction()
        for record in records:
            # With a key, for some records have no value, and a record of neither can't be sent.
            producer.send(
                topics[record.topic],
                partition=record.partition,
                key=b"taken back",
                value=_changed(record.value),
            )
        producer.flush(timeout=10)
        producer.abort_transaction()


def _changed(value: bytes | None) -> bytes | None:
    """A label of a later revision, a prediction of a new id; what is no event stays as it is."""
    try:
        event = json.loads(value or b"")
    except ValueError:
        return value
    if not isinstance(event, dict):
        return value
    if "label_id" in event:
        event |= {"revision": 1_000, "intent": "taken back"}
    else:
        event["prediction_id"] = new_name("taken-back")
    return json.dumps(event).encode()
