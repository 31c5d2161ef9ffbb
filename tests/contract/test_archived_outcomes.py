"""What is archived in several rounds comes to the outcomes of the database: draws and labels come in between."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from typing_extensions import override

from connectors.lake.archive import Archive
from connectors.lake.engines import engine_of
from connectors.lake.joined import ORDER
from connectors.lake.outcomes import Lake
from connectors.lake.reading import HistoryEngine, LakeFiles
from connectors.lake.rules import JoinRules
from connectors.sql.archiving import ArchivingStore
from connectors.sql.labels.draws import DrawStore
from monitor.app.lakes import lake_files
from monitor.archive.archive import archive
from monitor.archive.ports import ArchiveKind, DueRows
from monitor.errors import UnavailableError
from monitor.settings.engine_names import DUCKDB
from tests.contract.labels.draws import draw, keep
from tests.contract.together import wait_until_somebody_waits
from tests.lakes import Archiving, Meddled
from tests.raw_events import Opened
from tests.stored import ACCEPT, NOON, SHADOW, TICKETS, label, prediction, rows, store, take

P, L = ArchiveKind.PREDICTIONS, ArchiveKind.LABELS
Outcomes = list[tuple[Any, ...]]
"""Of each outcome, in order: its id, what it is in truth, how it was chosen, and its place."""


@pytest.fixture
def at(engine: Engine, tmp_path: Path) -> Archiving:
    return Archiving(engine, tmp_path)


def live(engine: Engine) -> Outcomes:
    return list(
        rows(engine, "SELECT prediction_id, intent, design, probability, seq FROM outcome ORDER BY seq")
    )


def on_duckdb(files: LakeFiles) -> AbstractContextManager[HistoryEngine]:
    return engine_of(DUCKDB, files, memory_mb=500)


def joined(at: Archiving, opened: Opened) -> Outcomes:
    with opened(lake_files(Archive(at.url))) as engine:
        lake = Lake(engine, JoinRules.of(ACCEPT, frozenset()), kept=True)
        lake.require_sure()
        columns = ("prediction_id", "intent", "design", "probability", "seq")
        return [tuple(row[name] for name in columns) for row in lake.rows(lake.outcomes.order_by(ORDER))]


def test_a_draw_and_labels_that_come_after_their_predictions_were_archived_count(
    at: Archiving, opened: Opened
) -> None:
    writer = store(at.engine)
    take(writer, *(prediction(f"p{n}", model=model) for n in range(3) for model in (TICKETS, SHADOW)))
    at.run()
    draw(at.engine, models={TICKETS}, p0=0.02)
    take(writer, *(label(f"p{n}") for n in (1, 0, 2)), prediction("p3"), label("p3"))
    at.run()
    expected = live(at.engine)
    assert [row[0] for row in expected] == ["p1", "p1", "p0", "p0", "p2", "p2", "p3"]
    assert ("p0", "refund", "by_prediction", 0.02) in [row[:4] for row in expected]
    assert joined(at, opened) == expected
    assert at.drop() == 7
    assert at.run().files == []
    assert joined(at, opened) == expected


def test_what_changed_is_archived_again_and_nothing_else(at: Archiving) -> None:
    writer = store(at.engine)
    take(writer, *(prediction(f"p{n}") for n in range(4)), label("p3"))
    at.run()
    draw(at.engine, p0=0.02)
    take(writer, label("p1"), label("p3", "cancel", revision=2))
    assert [(file.kind, file.rows) for file in at.run().files] == [(L, 2), (P, 2)]
    again = {(row["prediction_id"], row["draw_probability"], row["seq"]) for row in at.rows(P)[4:]}
    assert again == {("p0", 0.02, None), ("p1", None, 2)}
    take(writer, label("p0"))
    assert [(file.kind, file.rows) for file in at.run().files] == [(L, 1), (P, 1)]
    assert at.run().files == []


def test_a_prediction_that_was_drawn_since_it_was_archived_is_not_dropped(at: Archiving) -> None:
    take(store(at.engine), prediction("p0"), prediction("p1"))
    at.run()
    draw(at.engine, p0=0.02)
    assert (at.drop(), rows(at.engine, "SELECT prediction_id FROM prediction")) == (1, [("p0",)])
    at.run()
    assert at.drop() == 1


def test_a_prediction_that_is_drawn_while_it_is_dropped_stays(
    postgresql_engine: Engine, tmp_path: Path
) -> None:
    at = Archiving(postgresql_engine, tmp_path)
    take(store(at.engine), prediction("p0"))
    at.run()
    with ThreadPoolExecutor(1) as pool:
        with DrawStore(at.engine, frozenset()).drawing() as transaction:
            keep(transaction, 1, {"p0": 0.02})
            dropped = pool.submit(at.drop)
            wait_until_somebody_waits(at.engine)
        assert dropped.result(60) == 0
    at.run()
    assert at.rows(P)[-1]["draw_probability"] == 0.02
    assert at.drop() == 1


class OfLabelsAlone(ArchivingStore):
    """A database that is gone once its labels are archived."""

    @override
    def due(self, kind: ArchiveKind, before: datetime, after: str) -> DueRows:
        if kind is P:
            raise UnavailableError("gone")
        return super().due(kind, before, after)


def test_a_prediction_that_was_complete_since_it_was_archived_is_not_dropped(at: Archiving) -> None:
    writer = store(at.engine)
    take(writer, prediction("p0"))
    at.run()
    take(writer, label("p0"))
    with pytest.raises(UnavailableError):
        archive(OfLabelsAlone(at.engine), at.files(), NOON + timedelta(days=1))
    assert at.ids(L) == ["label-p0"]
    assert at.drop() == 0
    at.run()
    assert at.drop() == 1


def test_what_is_complete_while_it_is_archived_is_there_with_its_place_or_not_at_all(at: Archiving) -> None:
    writer = store(at.engine)
    take(writer, prediction("p0"), prediction("p1"), label("p1"))
    at.run()
    beside = Meddled(at.engine, lambda: take(writer, label("p0")))
    archive(beside, at.files(), NOON + timedelta(days=1))
    assert joined(at, on_duckdb) == live(at.engine)[:1]
    at.run()
    assert joined(at, on_duckdb) == live(at.engine)


def test_a_restored_database_knows_again_what_is_archived_drawn_and_complete(at: Archiving) -> None:
    writer = store(at.engine)
    take(writer, prediction("p0"), prediction("p1"))
    at.run()
    draw(at.engine, p0=0.02)
    take(writer, label("p1"))
    at.run()
    with at.engine.begin() as connection:
        for table in ("archived_prediction", "archived_label", "counter WHERE name <> 'archive owner'"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    assert at.run().files == []
    assert at.drop() == 2


def test_a_label_that_comes_after_its_prediction_was_dropped_counts_in_the_archive_alone(
    at: Archiving,
) -> None:
    """The archive knows what the database has forgotten; such an outcome stands behind all others."""
    writer = store(at.engine)
    take(writer, prediction("p0"), prediction("p1"), label("p1"))
    at.run()
    assert at.drop() == 2
    take(writer, label("p0"), prediction("p2"), label("p2"))
    at.run()
    counted = live(at.engine)
    assert [row[0] for row in counted] == ["p1", "p2"]
    assert joined(at, on_duckdb) == [*counted, ("p0", "refund", "unknown", None, None)]
