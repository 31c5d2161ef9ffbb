"""`labels import` on the command line: its words, its JSON, and how it ends."""

import json
from pathlib import Path

from tests.cli.commanding import command
from tests.ingest.agents import prediction
from tests.labels.studio import Studio

HEADER = "prediction_id,intent,labeled_at,label_id\n"
AT = "2026-11-23T10:00:00Z"


def answered(folder: Path, *ids: str) -> None:
    """Predictions of these ids, taken in."""
    (folder / "events.jsonl").write_bytes(b"\n".join(map(prediction, ids)) + b"\n")
    assert command(["run", "--once", "--input", "events.jsonl"], folder).returncode == 0


def test_it_prints_what_became_of_the_labels(tmp_path: Path) -> None:
    answered(tmp_path, "p1", "p2")
    studio = Studio()
    for each in ("p1", "p2", "p9"):
        studio.answer(studio.add(each), 17, "refund")
    studio.skip(2, 18)
    (tmp_path / "export.json").write_bytes(studio.export())
    done = command(["labels", "import", "export.json"], tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == "export.json: an export of Label Studio"
    assert "1 labels wait: no prediction has come with their prediction_id yet." in done.stdout
    shown = json.loads(
        command(["labels", "import", "-", "--json"], tmp_path, studio.export().decode()).stdout
    )
    assert {name: shown[name] for name in ("new", "unchanged", "no_such_prediction")} == {
        "new": 0,
        "unchanged": 3,
        "no_such_prediction": 1,
    }
    assert shown["no_label"] == {"skipped": {"count": 1, "first": ["task 2, annotation 1004"]}}


def test_it_exits_1_where_a_label_is_refused_and_2_where_the_file_can_not_be_read(tmp_path: Path) -> None:
    answered(tmp_path, "p1", "p2")
    (tmp_path / "labels.csv").write_text(f"{HEADER}p1,refund,{AT},l1\np2,refund,{AT},l1\n")
    refused = command(["labels", "import", "labels.csv"], tmp_path)
    assert refused.returncode == 1
    assert "1 refused as conflict (an id seen before with other content): line 3." in refused.stdout
    (tmp_path / "labels.csv").write_text(f"{HEADER}p1,refund,now,l1\np2,refund\n")
    unread = command(["labels", "import", "labels.csv"], tmp_path)
    assert (unread.returncode, len(unread.stderr.splitlines())) == (2, 2)
    missing = command(["labels", "import", "nowhere.csv"], tmp_path)
    assert (missing.returncode, missing.stderr) == (
        2,
        "problem: nowhere.csv: can't be read: No such file or directory; check the path\n",
    )


def test_it_needs_no_secret_of_a_sink(tmp_path: Path) -> None:
    answered(tmp_path, "p1")
    (tmp_path / "labels.csv").write_text(f"{HEADER}p1,refund,{AT},l1\n")
    sink = '[{"kind": "slack", "name": "oncall", "url_file": "/nowhere/slack"}]'
    done = command(["labels", "import", "labels.csv", "--set", f"sinks={sink}"], tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
