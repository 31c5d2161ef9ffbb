"""The detection benchmark still runs from end to end; its figures are for `make bench`, not for here."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_quick_run_writes_every_table_and_the_plot(tmp_path: Path) -> None:
    out = tmp_path / "detection.json"
    command = [sys.executable, "-m", "benchmarks.detection", "--quick", "--json", str(out)]
    command += ["--plot", str(tmp_path / "detection.svg"), "--markdown", str(tmp_path / "detection.md")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr

    report = json.loads(out.read_text(encoding="utf-8"))
    assert report["benchmark"] == "detection"
    assert report["quick"] is True
    assert {"cpu", "cores", "memory_gib", "os", "python"} == set(report["machine"])
    assert report["versions"]["numpy"]
    known, estimated, aims = report["tables"]
    kinds = ["limit", "ours", "grid", "shipped", "tuned", "untuned"]
    assert list(dict.fromkeys(rule["kind"] for rule in known["data"])) == kinds
    assert "limit" not in {rule["kind"] for rule in estimated["data"]}
    for rule in known["data"] + estimated["data"]:
        assert 0 <= rule["false_pages"] <= 1
        assert [(each["recall"], each["good"] > 0) for each in rule["delays"]] == [
            (recall, later) for recall in (0.39, 0.60, 0.75) for later in (False, True)
        ]
    assert len(known["rows"]) == len(known["data"])
    assert {"rule", "times oracle", "at most", "met", "within 2"} <= set(aims["rows"][0])

    says_so = "river is missing" in done.stdout
    assert says_so == (report["versions"]["river"] is None), "a peer that is left out is left out visibly"
    assert (tmp_path / "detection.svg").read_text(encoding="utf-8").startswith("<svg")
    assert "| rule |" in (tmp_path / "detection.md").read_text(encoding="utf-8")
