"""`anchorwatch labels plan`: what it says of the examples, and where there is nothing to plan for."""

import json
import shutil
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.cli.commanding import command

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def url(sqlite_engine: Engine) -> dict[str, str]:
    sqlite_engine.dispose()
    return {"ANCHORWATCH_DATABASE__URL": str(sqlite_engine.url)}


def test_with_an_anchor_and_the_first_predictions_there_is_a_plan(
    tmp_path: Path, url: dict[str, str]
) -> None:
    for name in ("evaluation.csv", "events.jsonl"):
        shutil.copy(EXAMPLES / name, tmp_path)
    none = command(["labels", "plan"], tmp_path, **url)
    assert (none.returncode, none.stdout) == (2, "")
    assert "there is nothing to plan for: import an anchor" in none.stderr
    imported = ["anchor", "import", "evaluation.csv", "--model", "tickets", "--version", "7", "--activate"]
    command(imported, tmp_path, **url)
    early = command(["labels", "plan"], tmp_path, **url)
    assert early.returncode == 2
    assert "let the agent run once" in early.stderr
    command(["run", "--once", "--input", "events.jsonl"], tmp_path, **url)

    done = command(["labels", "plan", "--per-day", "20", "--picture", "plan.svg"], tmp_path, **url)
    assert (done.returncode, done.stderr) == (0, "picture written to plan.svg\n")
    assert "20 labels a day for all of them: days to notice" in done.stdout
    assert (tmp_path / "plan.svg").read_text().startswith("<svg")
    told = json.loads(command(["labels", "plan", "--json", "--fall-to", "0.39"], tmp_path, **url).stdout)
    assert [each["fallen"] for each in told["intents"]] == [0.39] * 3
    nobody = command(["labels", "plan", "--model", "x"], tmp_path, **url)
    assert (nobody.returncode, nobody.stderr) == (
        2,
        "problem: no model x is known: no anchor names it and no event came of it\n",
    )


def test_two_falls_at_once_are_refused(tmp_path: Path, url: dict[str, str]) -> None:
    done = command(["labels", "plan", "--fall-to", "0.3", "--fall-by", "0.3"], tmp_path, **url)
    assert (done.returncode, done.stderr) == (2, "problem: --fall-to and --fall-by: say one of them\n")
