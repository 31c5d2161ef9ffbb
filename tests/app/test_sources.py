"""How many records files have is said beforehand where the files say it themselves."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from monitor.app.sources import total_of


def test_the_rows_of_parquet_are_counted_before_they_are_read_and_lines_are_not(tmp_path: Path) -> None:
    for number in (1, 2):
        pq.write_table(pa.table({"n": list(range(number * 100))}), tmp_path / f"part-{number}.parquet")
    (tmp_path / "a.jsonl").write_text("{}\n")
    (tmp_path / "broken.parquet").write_text("no Parquet")
    rows = str(tmp_path / "part-*.parquet")
    assert total_of([rows]) == 300
    for other in ("a.jsonl", "broken.parquet", "gone.parquet"):
        assert total_of([rows, str(tmp_path / other)]) is None
