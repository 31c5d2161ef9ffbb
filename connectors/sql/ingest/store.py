"""Where ingest keeps its work: events, outcomes and positions, all in one transaction or not at all."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType

from sqlalchemy import Engine
from sqlalchemy.exc import DataError
from typing_extensions import override

from connectors.sql.database import reading, writing
from connectors.sql.dialect import Dialect
from connectors.sql.ingest.postgresql import Luck, PostgresqlIngestTransaction
from connectors.sql.ingest.transaction import IngestTransaction
from connectors.sql.model_ids import ModelIds
from monitor.domain.events.types import Partition
from monitor.errors import ContentError, UnavailableError
from monitor.ingest import ports
from monitor.ingest.ports import Claimed

# SQLSTATE classes that name the data and not the service: data exceptions, and limits such as an index's.
_OF_CONTENT = ("22", "54")


@contextmanager
def _content_told_apart() -> Iterator[None]:
    """Raises `ContentError` where the rows are at fault and trying again can't help."""
    try:
        yield
    except (DataError, UnicodeError, OverflowError) as err:
        raise ContentError(f"the database refuses it: {type(err).__name__}") from err
    except UnavailableError as err:
        cause = getattr(err.__cause__, "orig", err.__cause__)
        if (getattr(cause, "sqlstate", None) or "").startswith(_OF_CONTENT):
            raise ContentError(f"the database refuses it: {type(cause).__name__}") from err
        raise
    except Exception as err:
        # COPY speaks to the driver itself, past SQLAlchemy.
        if (getattr(err, "sqlstate", None) or "").startswith(_OF_CONTENT):
            raise ContentError(f"the database refuses it: {type(err).__name__}") from err
        raise


class IngestStore(ports.IngestStore):
    """The `IngestStore` port on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine, cluster_id: str, group: str) -> None:
        self._engine = engine
        self._cluster_id = cluster_id
        self._group = group
        self._epochs: dict[Partition, int] = {}
        self._models = ModelIds()
        self._luck = Luck()

    @override
    def claim(
        self,
        partitions: Sequence[Partition],
        *,
        incarnations: Mapping[str, str] = MappingProxyType({}),
        afresh: bool = False,
    ) -> Mapping[Partition, Claimed]:
        claimed: dict[Partition, Claimed] = {}
        epochs: dict[Partition, int] = {}
        with writing(self._engine) as connection:
            sql = Dialect(connection)
            for partition in sorted(partitions):
                incarnation = incarnations.get(partition.topic, "")
                row = sql.row(
                    'INSERT INTO position (cluster_id, group_id, topic, "partition", next_offset, epoch,'
                    " rejected_in_a_row, incarnation) VALUES (?, ?, ?, ?, NULL, 1, 0, ?)"
                    ' ON CONFLICT (cluster_id, group_id, topic, "partition")'
                    " DO UPDATE SET epoch = position.epoch + 1, incarnation = CASE WHEN position.next_offset IS NULL"
                    " OR position.incarnation = '' THEN excluded.incarnation ELSE position.incarnation END"
                    " RETURNING epoch, next_offset, rejected_in_a_row, incarnation",
                    self._cluster_id,
                    self._group,
                    *partition,
                    incarnation,
                )
                epochs[partition] = row[0]
                if afresh:
                    sql.run(
                        "UPDATE position SET next_offset = NULL, rejected_in_a_row = 0 WHERE cluster_id = ?"
                        ' AND group_id = ? AND topic = ? AND "partition" = ?',
                        self._cluster_id,
                        self._group,
                        *partition,
                    )
                    row = (row[0], None, 0, incarnation)
                claimed[partition] = Claimed(*row[1:])
        self._epochs.update(epochs)  # an epoch that was never committed is another agent's next one
        return claimed

    def positions(self, topics: Sequence[str]) -> Mapping[Partition, Claimed]:
        """How far these topics were read: the next record of each partition that was ever read."""
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            rows = sql.rows(
                'SELECT topic, "partition", next_offset, rejected_in_a_row, incarnation FROM position'
                " WHERE cluster_id = ? AND group_id = ? AND topic IN {ids} AND next_offset IS NOT NULL",
                self._cluster_id,
                self._group,
                sql.any_of(topics),
            )
            return {Partition(topic, number): Claimed(*claimed) for topic, number, *claimed in rows}

    def reset_positions(self, partitions: Iterable[Partition]) -> None:
        """Forget how far these were read, so that they are read again from the oldest record they have."""
        with writing(self._engine) as connection:
            Dialect(connection).many(
                "UPDATE position SET next_offset = NULL, epoch = epoch + 1, rejected_in_a_row = 0,"
                " incarnation = ''"
                ' WHERE cluster_id = ? AND group_id = ? AND topic = ? AND "partition" = ?',
                [(self._cluster_id, self._group, *partition) for partition in sorted(partitions)],
            )

    @override
    @contextmanager
    def transaction(self) -> Iterator[IngestTransaction]:
        postgresql = self._engine.dialect.name == "postgresql"
        with _content_told_apart(), writing(self._engine) as connection:
            given = (Dialect(connection), self._models, self._cluster_id, self._group, self._epochs)
            yield PostgresqlIngestTransaction(*given, self._luck) if postgresql else IngestTransaction(*given)
        self._models.settle()
