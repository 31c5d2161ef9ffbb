"""The benchmark of formats runs, and holds each against canonical events."""

import json
from pathlib import Path

from benchmarks import formats
from tests.contract.formats import FORMATS


def test_a_quick_run_has_a_row_for_every_format_and_kind_of_file(tmp_path: Path) -> None:
    formats.main(["--quick", "--json", str(tmp_path / "costs.json")])
    report = json.loads((tmp_path / "costs.json").read_text())
    rows = report["tables"][0]["rows"]
    assert [row["format"] for row in rows if not row["format"].startswith("a file")] == [
        each.name for each in FORMATS
    ]
    assert [row["of the least"] for row in rows if row["format"] in ("canonical", "a file, lines")] == [1, 1]
