"""The benchmark of history still runs from end to end; its figures are for `make bench`, not for here."""

import json
from pathlib import Path
from queue import SimpleQueue

import pytest

from benchmarks import lake
from connectors.lake.reading import LakeFiles


def test_a_quick_run_counts_every_outcome_and_holds_a_bit_and_a_time_of_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def here(name: str, engine: str, files: LakeFiles) -> lake.Spent:
        answers: SimpleQueue[lake.Spent] = SimpleQueue()
        lake.task(name, engine, files, answers)
        return answers.get()

    monkeypatch.setattr(lake, "_apart", here)
    written = tmp_path / "lake.json"
    assert lake.main(["--quick", "--spark-outcomes", "0", "--json", str(written)]) == 0
    rows = {row["what"]: row for row in json.loads(written.read_text())["tables"][0]["rows"]}
    assert list(rows) == ["one scan", "tallies", "bits"]
    # Of 20,000 labels one in 350 was taken back and stays so: a fiftieth is revised, and a seventh of that retracted.
    assert 19_900 < rows["tallies"]["outcomes"] == rows["bits"]["outcomes"] < 20_000
    assert rows["bits"]["result"] == "8.13 bytes an outcome"
