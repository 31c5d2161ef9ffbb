"""DuckDB reads an archive within its bounds: its memory is limited, the network is not asked, old files are read."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pyarrow.fs import LocalFileSystem

from connectors.lake.engines import engine_of
from connectors.lake.on_duckdb import DuckDB
from connectors.lake.outcomes import Lake
from connectors.lake.reading import LakeFiles
from connectors.lake.rules import JoinRules
from monitor.domain.events.types import Kind, Model
from monitor.errors import ConfigError
from monitor.settings.engine_names import DUCKDB
from tests.domain.events.joining import ACCEPT, Event, after, label, prediction
from tests.raw_events import Rows, outcomes_of, raw_rows, written

RULES = JoinRules.of(ACCEPT, frozenset())
NONE: tuple[Rows, Rows] = ([], [])


def setting(engine: DuckDB, name: str) -> str:
    return str(engine.connection.con.execute(f"SELECT current_setting('{name}')").fetchall()[0][0])


def test_its_memory_is_limited_and_no_extension_comes_from_anywhere(tmp_path: Path) -> None:
    with engine_of(DUCKDB, written(tmp_path / "raw", *NONE), memory_mb=512) as engine:
        assert isinstance(engine, DuckDB)
        assert setting(engine, "memory_limit") == "488.2 MiB"
        assert setting(engine, "TimeZone") == "UTC"
        for name in ("autoinstall_known_extensions", "autoload_known_extensions"):
            assert setting(engine, name) == "False"
        folder = Path(setting(engine, "temp_directory"))
        assert folder.name.startswith("anchorwatch-history-")
    assert not folder.exists()


def test_an_archive_of_nothing_has_no_outcomes() -> None:
    with engine_of(DUCKDB, LakeFiles([], []), memory_mb=512) as engine:
        assert outcomes_of(engine, Lake(engine, RULES)) == {}


def test_files_of_another_filesystem_are_read_through_it(tmp_path: Path) -> None:
    files = written(tmp_path / "raw", *raw_rows([prediction(), label()]))
    with engine_of(DUCKDB, files._replace(filesystem=LocalFileSystem()), memory_mb=512) as engine:
        assert len(outcomes_of(engine, Lake(engine, RULES))) == 1


def without(path: str, column: str) -> None:
    table = pq.read_table(path)
    pq.write_table(table.drop_columns([column]), path)


def test_a_column_that_came_later_is_empty_in_an_older_file(tmp_path: Path) -> None:
    """Beside files that have it, and where no file has it."""
    files = written(
        tmp_path / "raw",
        *raw_rows([prediction("p1"), label("l1", "p1"), prediction("p2"), label("l2", "p2")]),
    )
    without(files.predictions[0], "draw_probability")
    for path in files.labels:
        without(path, "annotator")
    with engine_of(DUCKDB, files, memory_mb=512) as engine:
        assert len(outcomes_of(engine, Lake(engine, RULES))) == 2


def test_a_column_that_no_row_may_lack_is_missed(tmp_path: Path) -> None:
    files = written(tmp_path / "raw", *raw_rows([prediction(), label()]))
    for path in files.labels:
        without(path, "revision")
    with (
        engine_of(DUCKDB, files, memory_mb=512) as engine,
        pytest.raises(ConfigError, match="lack the column revision"),
    ):
        engine.labels()


def test_too_many_labels_of_a_prediction_and_too_many_models_are_refused(tmp_path: Path) -> None:
    crowd = [label(f"l{number}", "p1") for number in range(101)]
    models = [prediction("p2", model=each) for each in many_models(21)]
    files = written(tmp_path / "raw", *raw_rows([prediction("p1"), *crowd, *models, label("m1", "p2")]))
    with engine_of(DUCKDB, files, memory_mb=512) as engine, pytest.raises(ConfigError) as refused:
        Lake(engine, RULES).require_sure()
    assert sorted(problem.partition(":")[0] for problem in refused.value.problems) == [
        "1 predictions have more than 100 labels",
        "1 predictions were answered by more than 20 models",
    ]


def test_what_no_label_holds_for_was_read_by_nobody_again(tmp_path: Path) -> None:
    """Where adjudicators alone count: two people read it, and the adjudicator takes the judgement back."""
    judge = label("l3", kind=Kind.ADJUDICATED, hour=3)
    back = label("l3", kind=Kind.ADJUDICATED, hour=4, revision=2, retracted=True)
    people = [label(f"l{n}", annotator=who, hour=n) for n, who in ((1, "ann"), (2, "bob"))]
    events: list[Event] = [prediction(), *people, judge, back]
    accept = frozenset({Kind.ADJUDICATED})
    (live,) = after(*events, accept=accept).outcomes.values()
    with engine_of(DUCKDB, written(tmp_path / "raw", *raw_rows(events)), memory_mb=500) as engine:
        ((_, *read),) = outcomes_of(engine, Lake(engine, JoinRules.of(accept, frozenset()))).values()
    assert live.intent is None
    assert read == [live.first_intent, live.agreed] == [None, False]


def many_models(count: int) -> list[Model]:
    return [Model("tickets", str(version)) for version in range(count)]
