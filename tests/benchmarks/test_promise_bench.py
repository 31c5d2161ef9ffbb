"""The frontier of what a model is held to still runs from end to end; its figures are for the documents."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_quick_run_writes_the_table_and_the_plot(tmp_path: Path) -> None:
    out, plot = tmp_path / "promise.json", tmp_path / "promise.svg"
    command = [sys.executable, "-m", "benchmarks.promise", "--quick", "--json", str(out), "--plot", str(plot)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    (table,) = json.loads(out.read_text(encoding="utf-8"))["tables"]
    assert [row["rule"] for row in table["rows"]][:3] == ["floor, drop 0.10", "floor, drop 0.05", "anchor"]
    assert all(0 <= point["tolerated"] <= 1 and len(point["labels"]) == 3 for point in table["data"])
    assert plot.read_text(encoding="utf-8").startswith("<svg")
