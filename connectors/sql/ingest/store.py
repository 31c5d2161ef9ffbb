"""Where ingest keeps its work: events, outcomes and positions, all in one transaction or not at all."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Engine
from sqlalchemy.exc import DataError
from typing_extensions import override

from connectors.sql.database import reading, writing
from connectors.sql.dialect import Dialect
from connectors.sql.ingest.draws import KnownDraws
from connectors.sql.ingest.positions import Positions
from connectors.sql.ingest.postgresql import Luck, postgresql_rows
from connectors.sql.ingest.topics import Topics
from connectors.sql.ingest.transaction import IngestTransaction, plain_rows
from connectors.sql.model_ids import ModelIds
from connectors.sql.predicted_names import PredictedNames
from connectors.sql.registry_away import note_away, note_back
from monitor.domain.events.microseconds import to_us
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
    """The `IngestStore` port on SQLite or PostgreSQL. So many models, and predicted names of each, count apart."""

    def __init__(
        self, engine: Engine, cluster_id: str, group: str, most_names: int = 1_000, most_models: int = 1_000
    ) -> None:
        self._engine = engine
        self._cluster_id = cluster_id
        self._positions = Positions(cluster_id, group)
        self._models = ModelIds(most_models)
        self._names = PredictedNames(most_names)
        self._topics = Topics()
        self._luck = Luck()
        self._draws = KnownDraws()

    @override
    def claim(
        self,
        partitions: Sequence[Partition],
        *,
        incarnations: Mapping[str, str] = MappingProxyType({}),
        afresh: bool = False,
    ) -> Mapping[Partition, Claimed]:
        with writing(self._engine) as connection:
            claimed, epochs = self._positions.claim(
                Dialect(connection), partitions, incarnations, afresh=afresh
            )
        self._positions.keep(epochs)
        return claimed

    @override
    def furthest(self, partitions: Sequence[Partition]) -> Mapping[Partition, int]:
        with reading(self._engine) as connection:
            return self._positions.furthest(Dialect(connection), partitions)

    def positions(self, topics: Sequence[str]) -> Mapping[Partition, Claimed]:
        """How far these topics were read: the next record of each partition that was ever read."""
        with reading(self._engine) as connection:
            return self._positions.of(Dialect(connection), topics)

    def reset_positions(self, partitions: Iterable[Partition]) -> None:
        """Read these again from the oldest record they have. What was read once already stays known."""
        with writing(self._engine) as connection:
            self._positions.reset(Dialect(connection), partitions)

    @override
    def note_registry(self, away_at: datetime | None) -> None:
        with writing(self._engine) as connection:
            if away_at is None:
                note_back(Dialect(connection))
            else:
                note_away(Dialect(connection), away_at)

    @override
    @contextmanager
    def transaction(self, received_at: datetime | None = None) -> Iterator[IngestTransaction]:
        received_us = None if received_at is None else to_us(received_at)
        with _content_told_apart(), writing(self._engine) as connection:
            sql = Dialect(connection)
            rows = (
                postgresql_rows(sql, self._models, received_us, self._luck)
                if sql.postgresql
                else plain_rows(sql, self._models, received_us)
            )
            yield IngestTransaction(
                sql,
                self._models,
                self._names,
                self._topics,
                rows,
                self._positions,
                self._cluster_id,
                self._draws,
            )
        self._models.settle()
        self._names.settle()
