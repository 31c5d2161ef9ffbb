"""The table of promises still runs from end to end; its figures are for the documents."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_quick_run_writes_one_table_of_the_questions_asked(tmp_path: Path) -> None:
    out = tmp_path / "promises.json"
    command = [sys.executable, "-m", "benchmarks.promises", "--quick", "--only", "slips", "offline"]
    done = subprocess.run(
        [*command, "--json", str(out)], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    (table,) = json.loads(out.read_text(encoding="utf-8"))["tables"]
    assert {row["question"] for row in table["rows"]} == {
        "falsely paged in 600 labels",
        "the offline number",
    }
    assert {row["kept"] for row in table["rows"]} <= {"yes", "NO", "-"}
