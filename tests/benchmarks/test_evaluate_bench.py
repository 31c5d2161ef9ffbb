"""The evaluation benchmark still runs from end to end; its figures are for `make bench`, not for here."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import evaluate
from benchmarks.evaluate_peers import PEERS
from connectors.sql.evaluate.store import EvaluationTransaction


@pytest.fixture
def at_home(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The benchmark's tasks run here, where the libraries are imported once; the first of them, apart."""
    # The benchmark looks over this method's shoulder for as long as its process lives.
    monkeypatch.setattr(EvaluationTransaction, "cell_hits", EvaluationTransaction.cell_hits)
    apart, here = evaluate._apart, evaluate._task
    kinds: list[str] = []

    def run(*words: object) -> evaluate.Spent:
        kinds.append(str(words[0]))
        first = len(kinds) == 1
        return apart(*words) if first else json.loads(json.dumps(here(*map(str, words))))

    monkeypatch.setattr(evaluate, "_apart", run)
    return kinds


@pytest.mark.filterwarnings(
    "ignore"
)  # of the libraries, which a process of its own would not take for errors
def test_a_quick_run_measures_every_size_and_every_library(
    tmp_path: Path,
    at_home: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "evaluate.json"
    words = ["--quick", "--sizes", "2000", "4000", "--json", str(out), "--markdown", str(tmp_path / "e.md")]
    monkeypatch.setattr(sys, "argv", ["benchmarks.evaluate", *words])
    evaluate.main()
    printed = capsys.readouterr().out

    assert at_home == 2 * ["grow", "count", "evaluate", *["peer"] * len(PEERS)]
    report: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
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

    says_so = "polars is missing" in printed
    assert says_so == (report["versions"]["polars"] is None), "what is left out is left out visibly"
    assert "| stored |" in (tmp_path / "e.md").read_text(encoding="utf-8")
