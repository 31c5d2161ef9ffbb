"""Every place that events come from."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from connectors.kafka.embedded import EmbeddedBroker
from monitor.ingest.ports import EventSource
from tests.contract.ingest.sources import VALUES, FilePlace, KafkaPlace, Place
from tests.services.apache_kafka import Listeners


@pytest.fixture(params=["embedded_broker", "apache_kafka", "files"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "files":
        return FilePlace(tmp_path)
    broker: EmbeddedBroker | Listeners = request.getfixturevalue(request.param)
    return KafkaPlace(broker.bootstrap)


@pytest.fixture
def kafka_place(kafka_bootstrap: str) -> KafkaPlace:
    return KafkaPlace(kafka_bootstrap)


@pytest.fixture
def filled(place: Place) -> Place:
    place.put(place.partitions[0], *VALUES)
    place.put(place.partitions[1], *VALUES[:2])
    return place


@pytest.fixture
def source(filled: Place) -> Iterator[EventSource]:
    with closing(filled.open()) as source:
        yield source
