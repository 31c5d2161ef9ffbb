"""The benchmark of archiving runs, and archives and drops every row that it filled in."""

import json
from pathlib import Path

from benchmarks import archive


def test_a_quick_run_archives_every_row_by_day_and_kind(tmp_path: Path) -> None:
    archive.main(["--quick", "--sqlite", "--json", str(tmp_path / "archive.json")])
    rows = json.loads((tmp_path / "archive.json").read_text())["tables"][0]["rows"]
    assert [row["rows"] for row in rows] == [5_100, 5_100]
    assert [row["files"] for row in rows] == [20, 20]
    assert all(row["ratio"] > 0 for row in rows)
