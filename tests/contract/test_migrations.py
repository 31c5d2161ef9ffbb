"""The history of the tables, on SQLite and PostgreSQL alike: there and back again."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from connectors.sql.database import open_engine, writing
from connectors.sql.migrate import config, newest, upgrade
from connectors.sql.tables import Table


@pytest.fixture
def empty(database_url: str) -> Iterator[Engine]:
    made = open_engine(database_url)
    yield made
    made.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def check(engine: Engine) -> None:
    """Fails where the tables are not those of connectors/sql/tables."""
    with writing(engine) as connection:
        command.check(config(connection))


def test_up_down_and_up_again_gives_the_tables_of_the_code(empty: Engine) -> None:
    ours = set(Table.metadata.tables) | {"alembic_version"}
    upgrade(empty)
    check(empty)
    assert tables(empty) == ours

    with writing(empty) as connection:
        command.downgrade(config(connection), "base")
    assert tables(empty) == {"alembic_version"}

    upgrade(empty)
    check(empty)
    assert tables(empty) == ours


def test_the_newest_migration_is_alembic_s_head(empty: Engine) -> None:
    with writing(empty) as connection:
        assert ScriptDirectory.from_config(config(connection)).get_heads() == [newest()]


def test_tables_that_are_there_are_found_without_alembic_and_without_a_lock(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "upgrade", lambda *_: pytest.fail("there was nothing to do"))
    with writing(engine):  # an evaluation that is going on
        upgrade(engine)


def test_upgrading_twice_changes_nothing(empty: Engine) -> None:
    upgrade(empty)
    with empty.begin() as connection:
        connection.exec_driver_sql("INSERT INTO counter (name, value) VALUES ('kept', 7)")
    upgrade(empty)
    with empty.connect() as connection:
        assert connection.exec_driver_sql("SELECT value FROM counter").scalar() == 7


def test_an_upgrade_that_fails_leaves_nothing_half_made(empty: Engine) -> None:
    def fail() -> None:
        with writing(empty) as connection:
            command.upgrade(config(connection), "head")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert tables(empty) == set()


def test_agents_that_start_together_upgrade_one_after_the_other(database_url: str) -> None:
    barrier = Barrier(8)

    def start() -> None:
        engine = open_engine(database_url)
        barrier.wait(10)
        try:
            upgrade(engine)
        finally:
            engine.dispose()

    with ThreadPoolExecutor(8) as pool:
        for started in [pool.submit(start) for _ in range(8)]:
            started.result(30)
    engine = open_engine(database_url)
    assert tables(engine) == set(Table.metadata.tables) | {"alembic_version"}
    engine.dispose()
