"""`anchorwatch anchor diff`: what it says on the examples, and that activating brings just that."""

import json
import shutil
from pathlib import Path

from sqlalchemy import Engine

from tests.cli.commanding import command

EXAMPLES = Path(__file__).parents[2] / "examples"
NEW = "intent,recall,support\ngdpr_erasure,0.45,100\nbilling_question,0.98,200\nrefund,0.9,50\n"
OF = ["--model", "tickets", "--version", "7"]


def test_what_changes_is_said_before_an_anchor_is_activated_and_is_so_afterwards(
    tmp_path: Path, sqlite_engine: Engine
) -> None:
    sqlite_engine.dispose()
    url = {"ANCHORWATCH_DATABASE__URL": str(sqlite_engine.url)}
    for name in ("evaluation.csv", "events.jsonl"):
        shutil.copy(EXAMPLES / name, tmp_path)
    (tmp_path / "new.csv").write_text(NEW)
    command(["anchor", "import", "evaluation.csv", *OF, "--activate", "--by", "ana"], tmp_path, **url)
    command(["run", "--once", "--input", "events.jsonl"], tmp_path, **url)
    command(["anchor", "import", "new.csv", *OF], tmp_path, **url)
    listed = json.loads(command(["anchor", "list", "--json"], tmp_path, **url).stdout)
    assert [anchor["activated_by"] for anchor in listed] == ["ana", None]
    old, new = (anchor["id"] for anchor in listed)

    done = command(["anchor", "diff", new[:8]], tmp_path, **url)
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 is new, 3 are promised no more" in done.stdout
    assert "degraded → promised no more" in done.stdout
    assert "untrusted → none" in done.stdout
    assert "soft → not audited" in done.stdout
    told = json.loads(command(["anchor", "diff", old, new, "--json"], tmp_path, **url).stdout)
    by_name = {each["intent"]: each for each in told["intents"]}
    assert by_name["gdpr_erasure"]["before"]["verdict"] == "degraded"
    assert by_name["gdpr_erasure"]["labels_bet_again"] == 24
    assert by_name["refund"]["begins_to_page"]

    assert command(["anchor", "activate", new[:8], "--by", "ben"], tmp_path, **url).returncode == 0
    command(["run", "--once", "--input", "events.jsonl"], tmp_path, **url)
    status = json.loads(command(["status", "--json"], tmp_path, **url).stdout)
    verdicts = {cell["intent"]: cell["verdict"] for cell in status if not cell["slice"]}
    for name, each in by_name.items():
        if each["after"] and not name.startswith("group"):
            assert each["after"]["verdict"] == verdicts[name]
    again = command(["anchor", "import", "new.csv", *OF], tmp_path, **url).stdout
    assert "imported before" in again
    assert "active: the next evaluation holds the model to it" in again
    assert "anchor activate" not in again
    first = command(["anchor", "import", "evaluation.csv", *OF], tmp_path, **url).stdout
    assert f"next: anchorwatch anchor activate {old[:12]}" in first
    active = command(["anchor", "diff", new[:8]], tmp_path, **url).stdout
    assert "already; nothing is to come" in active


def test_more_than_two_anchors_are_no_difference(tmp_path: Path, sqlite_engine: Engine) -> None:
    sqlite_engine.dispose()
    done = command(
        ["anchor", "diff", "a", "b", "c"], tmp_path, ANCHORWATCH_DATABASE__URL=str(sqlite_engine.url)
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "3 anchors are named" in done.stderr
