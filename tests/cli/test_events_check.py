"""`anchorwatch events check` says of each record that the agent would refuse why, and what to do."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.cli.main import cli
from monitor.errors import ConfigError
from tests.cli.commanding import command

EXAMPLES = Path(__file__).parents[2] / "examples" / "events.jsonl"
SOUND = (
    '{"event":"prediction","prediction_id":"%s","ts":"%s","model":{"name":"t","version":"7"},'
    '"predicted":{"intent":"refund","score":0.5}}\n'
)
AT = "2026-10-19T00:42:20Z"
LABEL = '{"label_id":"l","prediction_id":"p","intent":"refund","labeled_at":"2026-10-20T00:00:00Z"}\n'


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "events.jsonl"


def test_sound_events_are_counted_and_nothing_is_wrong(file: Path) -> None:
    file.write_text(SOUND % ("p1", AT) + "\n" + SOUND % ("p2", AT))
    done = CliRunner().invoke(cli, ["events", "check", str(file)])
    assert (done.exit_code, done.stdout) == (0, "2 records: 2 predictions, 0 labels, 0 refused.\n")


def test_a_thousand_records_wrong_alike_are_one_line_with_a_count(file: Path) -> None:
    file.write_text(SOUND % ("p1", AT) + "".join(SOUND % (n, "2026-10-19T00:42:20") for n in range(1_000)))
    done = CliRunner().invoke(cli, ["events", "check", str(file)])
    assert done.exit_code == 1
    rows = [line.split("  ") for line in done.stdout.splitlines()]
    assert [row[0] for row in rows if row[0].startswith("2")] == ["2, 3, 4 and 997 more"]
    assert "1,001 records: 1 predictions, 0 labels, 1,000 refused." in done.stdout


def test_each_refusal_has_its_line_code_field_and_what_to_do_in_json(file: Path) -> None:
    file.write_text(SOUND % ("p1", AT) + "\n" + SOUND % ("p2", "noon") + "nonsense\n")
    done = CliRunner().invoke(cli, ["events", "check", str(file), "--json"])
    told = json.loads(done.stdout)
    assert (done.exit_code, told["records"], told["refused"]) == (1, 3, 2)
    assert told["by_code"] == {"schema_invalid": 1, "not_json": 1}
    assert told["problems"] == [
        {
            "line": 3,
            "first_lines": [3],
            "count": 1,
            "code": "schema_invalid",
            "field": "ts",
            "what": "is no time",
            "do": "write it as in 2026-11-22T15:29:00Z",
        },
        {
            "line": 4,
            "first_lines": [4],
            "count": 1,
            "code": "not_json",
            "field": "",
            "what": "not JSON, not UTF-8, or nested too deeply to be read",
            "do": "write one JSON object a line, in UTF-8, without line breaks in it",
        },
    ]


def test_a_label_that_does_not_say_so_is_read_as_its_topic_would(file: Path) -> None:
    file.write_text(LABEL)
    among_predictions = CliRunner().invoke(cli, ["events", "check", str(file)])
    assert among_predictions.exit_code == 1
    assert "is missing, so this label is read as a prediction" in among_predictions.stdout
    among_labels = CliRunner().invoke(cli, ["events", "check", str(file), "--kind", "label"])
    assert (among_labels.exit_code, among_labels.stdout) == (
        0,
        "1 records: 0 predictions, 1 labels, 0 refused.\n",
    )


def test_what_the_agent_puts_right_is_no_refusal_and_is_told(file: Path) -> None:
    file.write_text((SOUND % ("p1", AT)).replace("0.5", '"high"'))
    done = CliRunner().invoke(cli, ["events", "check", str(file)])
    assert done.exit_code == 0
    assert "Put right: score_dropped 1." in done.stdout


def test_the_limits_are_those_of_the_configuration(file: Path) -> None:
    file.write_text(SOUND % ("p1", AT))
    Path("aw.yaml").write_text("limits: {message_bytes: 20}\n")
    done = CliRunner().invoke(cli, ["events", "check", str(file), "--config", "aw.yaml"])
    assert done.exit_code == 1
    assert "too_large" in done.stdout


def test_standard_input_is_checked_too_and_no_file_appears(tmp_path: Path) -> None:
    done = command(["events", "check", "-"], tmp_path, typed=SOUND % ("p1", AT) + "nonsense\n")
    assert (done.returncode, done.stderr) == (1, "")
    assert "2 records: 1 predictions, 0 labels, 1 refused." in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_not_there_or_holds_nothing_is_said(file: Path) -> None:
    missing = CliRunner().invoke(cli, ["events", "check", str(file)])
    assert isinstance(missing.exception, ConfigError)
    assert missing.exception.problems == [f"{file}: there is no such file"]
    file.touch()
    empty = CliRunner().invoke(cli, ["events", "check", str(file)])
    assert (empty.exit_code, empty.stdout) == (0, "There is no record in it.\n")


def test_the_examples_are_refused_where_the_agent_refuses_them() -> None:
    told = json.loads(CliRunner().invoke(cli, ["events", "check", str(EXAMPLES), "--json"]).stdout)
    assert [(problem["line"], problem["code"]) for problem in told["problems"]] == [
        (334, "not_json"),
        (1237, "schema_invalid"),
        (1922, "empty_id"),
        (2000, "time_without_zone"),
    ]
