"""The benchmark of second readings runs, and its table has what the docs show."""

import json
from pathlib import Path

import pytest

from benchmarks import second_readings


def test_a_quick_run_has_a_row_for_every_rate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_readings, "LABELS", 180)
    second_readings.main(["--quick", "--json", str(tmp_path / "found.json")])
    (table,) = json.loads((tmp_path / "found.json").read_text())["tables"]
    assert [row["labels slip in"] for row in table["rows"]] == ["0 %", "0.1 %", "0.2 %", "0.5 %", "1 %"]
    assert all(0 < row["labels to page .39, from the start"] < 60 for row in table["rows"])
