"""What an engine cannot do for want of room, of Java or of a file, is put plainly: never a crash, which is a defect."""

import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow.fs import LocalFileSystem

from connectors.lake.engines import engine_of
from connectors.lake.on_duckdb import DuckDB
from connectors.lake.on_spark import cores_of
from connectors.lake.reading import LakeFiles
from monitor.errors import ConfigError, UnavailableError
from monitor.settings.engine_names import DUCKDB
from tests.domain.events.joining import label, prediction
from tests.raw_events import fetched, raw_rows, written
from tests.services.spark import BUILT

NUMBERS = pa.table({"number": pa.array(range(3_000_000), pa.int64())})


def test_a_full_disk_is_the_engine_s_own_words_and_what_to_do(tmp_path: Path) -> None:
    with engine_of(DUCKDB, LakeFiles([], []), memory_mb=60) as engine:
        assert isinstance(engine, DuckDB)
        engine.connection.con.execute("SET max_temp_directory_size = '1MB'")
        numbers = engine.given(NUMBERS)
        with pytest.raises(
            UnavailableError, match=r"^DuckDB: Out of Memory Error.*; see to the free space in /"
        ):
            engine.kept(numbers.order_by(numbers.number.cast("string")))


def test_what_fails_after_the_first_rows_is_put_plainly_too() -> None:
    with engine_of(DUCKDB, LakeFiles([], []), memory_mb=500) as engine:
        numbers = engine.given(NUMBERS)
        late = (numbers.number == 2_900_000).ifelse("late", "1").cast("int64")
        with pytest.raises(UnavailableError, match="DuckDB: Conversion Error") as failed:
            fetched(engine, numbers.select(late=late))
    assert isinstance(failed.value.__cause__, OSError)


def test_a_file_cut_short_meanwhile_has_changed(tmp_path: Path) -> None:
    files = written(tmp_path / "raw", *raw_rows([prediction(), label()]))
    with engine_of(DUCKDB, files, memory_mb=500) as engine:
        labels = engine.labels()
        os.truncate(files.labels[1], 30)
        with pytest.raises(ConfigError, match="run again"):
            fetched(engine, labels)


def test_a_file_that_goes_from_a_bucket_has_changed(tmp_path: Path) -> None:
    files = written(tmp_path / "raw", *raw_rows([prediction(), label()]))
    in_bucket = files._replace(filesystem=LocalFileSystem())
    with engine_of(DUCKDB, in_bucket, memory_mb=500) as engine:
        labels = engine.labels()
        Path(files.labels[1]).unlink()
        with pytest.raises(ConfigError, match="run again"):
            fetched(engine, labels)


def test_a_file_that_was_never_whole_is_not_a_change(tmp_path: Path) -> None:
    files = written(tmp_path / "raw", *raw_rows([prediction(), label()]))
    os.truncate(files.labels[1], 30)
    with (
        engine_of(DUCKDB, files, memory_mb=500) as engine,
        pytest.raises(UnavailableError, match="Invalid Input"),
    ):
        engine.labels()


STARTED = """
import sys
sys.path.append({packages!r})
from connectors.lake.engines import engine_of
from connectors.lake.reading import LakeFiles
from monitor.errors import UnavailableError
try:
    with engine_of("local[1]", LakeFiles([], [])):
        print("it runs")
except UnavailableError as err:
    print(err)
"""


def test_a_spark_without_java_is_put_plainly() -> None:
    packages = [str(folder) for folder in BUILT.glob("python3.*/site-packages")]
    if not packages:
        pytest.skip("there is no PySpark; `make spark` builds an environment with it")
    done = subprocess.run(
        [sys.executable, "-c", STARTED.format(packages=packages[0])],
        env=os.environ | {"JAVA_HOME": "/nowhere", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.startswith("--engine local[1]: [JAVA_GATEWAY_EXITED]")
    assert "see that Java 17" in done.stdout


@pytest.mark.parametrize(
    ("url", "cores"), [("local", 1), ("local[4]", 4), ("local[*]", os.cpu_count()), ("local[2,3]", 2)]
)
def test_a_session_here_knows_how_many_tasks_run_at_a_time(url: str, cores: int) -> None:
    assert cores_of(url) == cores
