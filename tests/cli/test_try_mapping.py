"""`anchorwatch config try-mapping` shows what a sample becomes, and `run --kind` reads such a file by the same map."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from monitor.cli.main import cli
from tests.cli.commanding import command

CONFIG = """
kafka:
  topics:
    predictions:
      name: ml.predictions
      format: json
      map:
        prediction_id: $.meta.id
        ts: {path: $.meta.time, zone: Europe/Berlin}
        model: {name: {const: tickets}, version: $.release}
        intent: {path: $.label, aliases: {refund request: refund}}
        slices: {channel: /meta/channel}
    labels:
      name: ml.labels
      format: json
      map:
        label_id: {join: [$.ticket, $.who], between: "-"}
        prediction_id: $.ticket
        labeled_at: {path: $.at, format: epoch_ms}
        intent: $.truth
        status: {path: $.state, values: {done: active, withdrawn: retracted}}
"""
SOUND = (
    '{"meta":{"id":12,"time":"2026-11-22T15:29:00","channel":"email"},"release":7,"label":"refund request"}\n'
)
NOWHERE = '{"meta":{"time":"2026-11-22T15:29:00"},"release":7,"label":"refund request"}\n'
NOON = '{"meta":{"id":13,"time":"noon"},"release":7,"label":"refund request"}\n'
LABEL = '{"ticket":"12","who":"ana","at":1795431600000,"truth":"refund","state":"done"}\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "aw.yaml").write_text(CONFIG)
    return tmp_path


def tried(content: str, *words: str) -> Result:
    Path("sample.jsonl").write_text(content)
    return CliRunner().invoke(cli, ["config", "try-mapping", "sample.jsonl", "--config", "aw.yaml", *words])


def cells(done: Result) -> list[list[str]]:
    """The rows of its tables, in cells."""
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in done.stdout.splitlines()]


def test_a_sound_record_is_shown_field_by_field(folder: Path) -> None:
    done = tried(SOUND)
    assert done.exit_code == 0
    assert cells(done) == [
        ["record 1: a prediction"],
        ["field", "from", "what is there", "becomes"],
        ["prediction_id", "$.meta.id", "12", "12"],
        ["ts", "$.meta.time", "2026-11-22T15:29:00", "2026-11-22T14:29:00+00:00"],
        ["model.name", "const", "tickets"],
        ["model.version", "$.release", "7", "7"],
        ["model.environment", "const", "prod"],
        ["predicted.intent", "$.label", "refund request", "refund"],
        ["slices.channel", "/meta/channel", "email", "email"],
        ["1 records of predictions, 0 refused."],
    ]


def test_a_path_that_leads_nowhere_and_a_value_as_it_was_are_shown(folder: Path) -> None:
    done = tried(SOUND + NOWHERE + NOON)
    assert done.exit_code == 1
    rows = cells(done)
    assert ["record 2: refused, path_missing"] in rows
    assert ["prediction_id", "$.meta.id", "nothing beyond $.meta", "refused: path_missing"] in rows
    assert ["record 3: refused, schema_invalid"] in rows
    assert ["ts", "$.meta.time", "noon", "refused: schema_invalid"] in rows
    assert ["slices.channel", "/meta/channel", "nothing beyond /meta", "left out"] in rows
    assert rows[-1] == ["3 records of predictions, 2 refused."]


def test_json_has_every_field_with_its_path_its_value_and_what_it_becomes(folder: Path) -> None:
    done = tried(NOWHERE, "--json")
    shown = json.loads(done.stdout)
    assert (done.exit_code, shown["records"], shown["refused"]) == (1, 1, 1)
    (record,) = shown["shown"]
    assert (record["code"], record["field"]) == ("path_missing", "prediction_id")
    assert record["fields"][:2] == [
        {
            "field": "prediction_id",
            "from": [{"path": "$.meta.id", "reached": "$.meta"}],
            "becomes": None,
            "left_out": True,
            "code": "path_missing",
        },
        {
            "field": "ts",
            "from": [{"path": "$.meta.time", "value": "2026-11-22T15:29:00"}],
            "becomes": "2026-11-22T14:29:00+00:00",
            "left_out": False,
            "code": "",
        },
    ]


def test_one_object_over_several_lines_is_one_record(folder: Path) -> None:
    done = tried(json.dumps(json.loads(SOUND), indent=2), "--json")
    assert (done.exit_code, json.loads(done.stdout)["records"]) == (0, 1)


def test_labels_are_tried_by_their_own_map(folder: Path) -> None:
    done = tried(LABEL, "--kind", "label")
    assert done.exit_code == 0
    assert ["label_id", "$.ticket", "12", "12-ana"] in cells(done)
    assert ["labeled_at", "$.at", "1795431600000", "2026-11-23T11:00:00+00:00"] in cells(done)
    assert ["status", "$.state", "done", "active"] in cells(done)


def test_so_many_are_shown_and_all_are_counted(folder: Path) -> None:
    done = tried(SOUND * 5 + NOWHERE * 4)
    assert len([row for row in cells(done) if row and row[0].startswith("record ")]) == 4
    assert cells(done)[-1] == ["9 records of predictions, 4 refused. Shown are 4; --most shows more."]


def test_without_a_map_a_canonical_record_is_shown(folder: Path) -> None:
    (folder / "aw.yaml").write_text("{}")
    done = tried('{"prediction_id":"p","ts":"2026-11-22T15:29:00Z","model":{"name":"t","version":"7"}}')
    assert done.exit_code == 1
    assert ["predicted.intent", "$.predicted.intent", "nothing beyond $", "refused: path_missing"] in cells(
        done
    )


def test_events_check_and_a_run_read_a_file_by_the_map_of_its_kind(folder: Path) -> None:
    (folder / "p.jsonl").write_text(SOUND + NOWHERE)
    (folder / "l.jsonl").write_text(LABEL)
    checked = command(["events", "check", "p.jsonl", "--config", "aw.yaml"], folder)
    assert "1 predictions, 0 labels, 1 refused." in checked.stdout
    once = ["run", "--once", "--config", "aw.yaml", "--input"]
    first = command([*once, "p.jsonl", "--kind", "prediction", "--dead-letters", "dead.jsonl"], folder)
    second = command([*once, "l.jsonl", "--kind", "label"], folder)
    assert "2 records read: 1 new, 0 seen before, 1 rejected" in first.stderr
    assert "1 records read: 1 new, 0 seen before, 0 rejected" in second.stderr
    (letter,) = map(json.loads, (folder / "dead.jsonl").read_text().splitlines())
    assert (letter["code"], letter["detail"]) == (
        "path_missing",
        "$.meta.id is not there, only $.meta (prediction_id)",
    )
    plain = command([*once, "p.jsonl"], folder)
    assert "2 records read: 0 new, 0 seen before, 2 rejected" in plain.stderr
    status = command(["status", "--config", "aw.yaml", "--json"], folder)
    assert json.loads(status.stdout), status.stderr


def test_records_that_hold_no_event_are_passed_over(folder: Path) -> None:
    envelope = {"specversion": "1.0", "id": "r1", "source": "s", "time": "2026-11-22T15:29:00Z"}
    kinds = {"request": {"instances": ["a"]}, "response": {"predictions": ["refund", "bug"]}}
    lines = [
        json.dumps({**envelope, "type": f"org.kubeflow.serving.inference.{kind}", "data": data})
        for kind, data in kinds.items()
    ]
    (folder / "p.jsonl").write_text("\n".join(lines))
    model = {"name": {"const": "tickets"}, "version": {"const": "7"}}
    topic = {"prediction_id": "$.prediction_id", "ts": "$.time", "model": model, "intent": "$.prediction"}
    settings = {"kafka": {"topics": {"predictions": {"name": "p", "format": "kserve", "map": topic}}}}
    (folder / "aw.yaml").write_text(json.dumps({"database": {"url": "sqlite:///aw.db"}, **settings}))
    done = command(["config", "try-mapping", "p.jsonl", "--config", "aw.yaml"], folder)
    assert done.returncode == 0, done.stdout
    assert "2 records of predictions, 0 refused. 1 hold no answer, and are passed over." in done.stdout
    checked = command(["events", "check", "p.jsonl", "--config", "aw.yaml"], folder)
    assert "2 predictions, 0 labels, 0 refused." in checked.stdout
    once = command(
        ["run", "--once", "--input", "p.jsonl", "--kind", "prediction", "--config", "aw.yaml"], folder
    )
    assert "3 records read: 2 new, 0 seen before, 1 passed over, 0 rejected" in once.stderr
    status = command(["status", "--config", "aw.yaml"], folder)
    assert "1 records that hold no answer, such as requests, were passed over" in status.stdout
