"""The benchmark of corrections runs, and its table has a row for every world."""

import json
from pathlib import Path

from benchmarks import corrections


def test_a_quick_run_has_a_row_for_every_world(tmp_path: Path) -> None:
    corrections.main(["--quick", "--json", str(tmp_path / "found.json")])
    (table,) = json.loads((tmp_path / "found.json").read_text())["tables"]
    assert [row["recall"] for row in table["rows"]] == [world.recall for world in corrections.WORLDS]
    assert all(row["covered"] > 0.7 for row in table["rows"])
