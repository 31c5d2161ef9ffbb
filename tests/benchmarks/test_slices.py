"""The slice benchmark still runs from end to end; its figures are for `make bench`, not for here."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.slice_finders import FINDERS, FLOOR, Finder, Found
from benchmarks.slices import compare
from monitor.domain.slices.conjunctions import Tickets

ROOT = Path(__file__).parents[2]
LONG = 200  # rows


def test_a_quick_run_measures_every_finder_that_is_there(tmp_path: Path) -> None:
    out = tmp_path / "slices.json"
    command = [sys.executable, "-m", "benchmarks.slices", "--quick", "--json", str(out)]
    command += ["--markdown", str(tmp_path / "slices.md")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr

    report = json.loads(out.read_text(encoding="utf-8"))
    assert report["benchmark"] == "slices"
    assert report["quick"] is True
    rows = report["tables"][0]["rows"]
    there = [finder for finder in FINDERS if not finder.package or report["versions"][finder.package]]
    names = [name for finder in there for name in finder.names]
    assert [(row["rows"], row["finder"]) for row in rows] == [(n, name) for n in (40, 1000) for name in names]
    for row in rows:
        assert row["s"] > 0
        assert row["x floor"] > 0
        assert (row["first"] is None) == (row["finder"] == FLOOR)

    for package in ("sliceline", "divexplorer"):
        says_so = f"{package} is missing" in done.stdout
        assert says_so == (report["versions"][package] is None), "a peer that is left out is left out visibly"
    assert "| rows |" in (tmp_path / "slices.md").read_text(encoding="utf-8")


def slow(live: Tickets) -> Callable[[], list[Found]]:
    def work() -> list[Found]:
        if len(live.missed) == LONG:
            time.sleep(60)
        return [Found([], False)]

    return work


def test_a_finder_that_takes_too_long_is_stopped_and_what_it_did_before_counts() -> None:
    finders = [FINDERS[0], Finder(("slow",), slow)]
    short, long = (row for row in compare({50: 2, LONG: 2}, finders, limit=4.0) if row["finder"] == "slow")
    assert short["incidents"] == short["null sets"] == 2
    assert short["nothing planted"] == 0
    assert (long["s"], long["x floor"], long["incidents"]) == ("over 4 s", None, 0)


def broken(live: Tickets) -> Callable[[], list[Found]]:
    raise SystemExit(1)


def test_a_finder_that_fails_is_reported_as_failed() -> None:
    row = compare({50: 1}, [FINDERS[0], Finder(("broken",), broken)])[1]
    assert (row["s"], row["x floor"], row["incidents"]) == ("failed", None, 0)
