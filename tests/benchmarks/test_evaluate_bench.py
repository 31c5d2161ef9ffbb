"""The evaluation benchmark still runs from end to end; its figures are for `make bench`, not for here."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_quick_run_measures_every_size_and_every_library(tmp_path: Path) -> None:
    out = tmp_path / "evaluate.json"
    command = [sys.executable, "-m", "benchmarks.evaluate", "--quick", "--sizes", "2000", "4000"]
    command += ["--json", str(out), "--markdown", str(tmp_path / "evaluate.md")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr

    report = json.loads(out.read_text(encoding="utf-8"))
    assert report["benchmark"] == "evaluate"
    assert report["quick"] is True
    ours, flat, peers = report["tables"]
    assert [each["size"] for each in ours["data"]] == [2000, 4000]
    for each in ours["data"]:
        assert all(each[what] > 0 for what in ("new", "corrected", "new broken", "corrected broken"))
        assert each["replayed new"] == 0, "without a correction nothing stored is read again"
        assert each["replayed corrected"] > 0
    assert [row["1,000 new, and"] for row in flat["rows"]][:2] == ["-", "corrected"]
    assert {"rows", "ours ms", "Evidently, text ms", "scikit-learn, text ms"} <= set(peers["rows"][0])

    says_so = "polars is missing" in done.stdout
    assert says_so == (report["versions"]["polars"] is None), "what is left out is left out visibly"
    assert "| stored |" in (tmp_path / "evaluate.md").read_text(encoding="utf-8")
