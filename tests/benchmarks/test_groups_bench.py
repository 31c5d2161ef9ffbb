"""The benchmark of groups still runs from end to end; its figures are for `make bench`, not for here."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

from benchmarks.groups_rules import first_page, money
from benchmarks.groups_streams import Scene, draw

ROOT = Path(__file__).parents[2]


def test_a_quick_run_writes_every_table(tmp_path: Path) -> None:
    out = tmp_path / "groups.json"
    command = [sys.executable, "-m", "benchmarks.groups", "--quick", "--json", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr

    report = json.loads(out.read_text(encoding="utf-8"))
    assert report["quick"] is True
    by_label, twelve, false_pages, twenty, stakes, caps = report["tables"]
    assert [row["group"] is None for row in by_label["rows"]][-1], "a mean does not see two of twenty"
    for days in (twelve, twenty):
        scenes = [row for row in days["rows"] if "best split" not in row["broken"]]
        assert all(row["oracle"] <= row["cells only"] for row in scenes if row["cells only"] is not None)
    assert all(0 <= share <= 1 for row in false_pages["rows"] for share in list(row.values())[1:])
    assert len(stakes["rows"]) == 3
    assert {row["to"] for row in caps["rows"]} == {0.39, 0.60, 0.75}


def test_money_comes_by_the_calendar_to_each_cell_and_what_is_over_the_cap_comes_later() -> None:
    # A year's half by the day, a quarter with the first label: .25 + 73/730, then 146/730; the other cell's own.
    times, cells = np.array([[73.0, 146.0, 219.0, np.inf]]), np.array([[0, 1, 0, 0]])

    assert money(times, cells).round(6).tolist() == [[0.35, 0.45, 0.2, 0.0]]
    assert money(times, cells, cap=0.3).round(6).tolist() == [[0.3, 0.3, 0.25, 0.0]]
    assert money(times, cells, cap=0.3, keep_rest=False).round(6).tolist() == [[0.3, 0.3, 0.2, 0.0]]


def test_the_first_page_is_that_of_the_bet_that_is_first_worth_it_with_its_share() -> None:
    labels = draw(Scene(intents=2, rate=1.0, days=10), 1, seed=1)
    path, other = np.zeros(labels.times.shape), np.zeros(labels.times.shape)
    path[0, 5], other[0, 2] = 4.0, 3.0

    assert first_page(labels, (path, 0.25), (other, 0.25)).tolist() == [labels.times[0, 5]]
    assert first_page(labels, (path, 0.25), (other, 0.5)).tolist() == [labels.times[0, 2]]
    assert first_page(labels, (path, 0.2)).tolist() == [np.inf]
