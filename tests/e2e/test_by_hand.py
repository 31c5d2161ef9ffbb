"""The commands of the README, typed in an empty directory, and what each of them says when it can't go on."""

import json
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any, NamedTuple

import pytest
from sklearn.metrics import classification_report
from sqlalchemy import create_engine

from connectors.sql.review.status import StatusStore
from monitor.cli.main import main
from tests.e2e.agent import command, environment, typed_command

DATABASE = {"ANCHORWATCH_DATABASE__URL": "sqlite:///watch.db"}
NAMES = ["--model", "tickets", "--version", "7", "--environment", "prod"]
IMPORT = ["anchor", "import", "report.json", *NAMES, "--activate"]
# What the first issue promises of every row of `status --json`; more may be there.
PROMISED = (
    *("model", "version", "environment", "intent", "slice", "verdict", "reasons"),
    *("offline", "floor", "live", "evidence", "money_per_day", "onset", "misses_to"),
)
RARE, COMMON = "gdpr_erasure", "cancel_account"


class Output(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str


class Story(NamedTuple):
    """The directory after the three commands, and the output of each."""

    folder: Path
    outputs: list[Output]


Typed = Callable[..., Output]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("empty")
    (folder / "report.json").write_text(json.dumps(offline_report()))
    (folder / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events()))
    words = [IMPORT, ["run", "--once", "--input", "events.jsonl"], ["status"]]
    outputs = [output_of(typed_command(*typed, folder=folder, variables=DATABASE)) for typed in words]
    return Story(folder, outputs)


@pytest.fixture
def typed(story: Story, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Type a command in that directory, in this process: starting another costs seconds."""
    monkeypatch.chdir(story.folder)
    for name in os.environ.keys() - environment().keys():
        monkeypatch.delenv(name)
    for name, value in DATABASE.items():
        monkeypatch.setenv(name, value)

    def run(*words: str) -> Output:
        monkeypatch.setattr(sys, "argv", ["anchorwatch", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        assert isinstance(ended.value.code, int | None)  # None is 0
        return Output(ended.value.code or 0, printed.out, printed.err)

    return run


def test_the_three_commands_of_the_readme_work_in_an_empty_directory(story: Story) -> None:
    imported, ran, status = story.outputs

    assert [output.code for output in story.outputs] == [0, 0, 0]
    assert "2 intents" in imported.out
    assert "active" in imported.out
    assert "gdpr_erasure recall 0.39 live against 0.88 offline" in ran.out
    assert {path.name for path in story.folder.iterdir()} >= {"report.json", "events.jsonl", "watch.db"}
    row = next(line for line in status.out.splitlines() if line.startswith(RARE))
    assert "degraded" in row
    assert "0.88" in row
    assert "0.40" in row


def test_what_is_piped_is_plain_text_and_nobody_sees_a_traceback(story: Story) -> None:
    for output in story.outputs:
        assert "\x1b" not in output.out + output.err
        assert "Traceback" not in output.out + output.err


def test_status_as_json_has_every_promised_key_and_the_numbers(typed: Typed) -> None:
    printed = typed("status", "--json")
    rows = {row["intent"]: row for row in json.loads(printed.out)}

    assert printed.code == 0
    assert rows.keys() == {RARE, COMMON}
    for row in rows.values():
        assert row.keys() >= set(PROMISED)
        assert row["offline"].keys() >= {"recall", "support"}
        assert row["live"].keys() >= {"recall", "low", "high", "hits", "misses"}
    rare = rows[RARE]
    assert [rare[name] for name in PROMISED[:6]] == ["tickets", "7", "prod", RARE, None, "degraded"]
    assert rare["offline"] == {"recall": 44 / 50, "support": 50}
    assert (rare["live"]["hits"], rare["live"]["misses"], rare["live"]["recall"]) == (24, 36, 0.4)
    assert 0 < rare["live"]["low"] < 0.4 < rare["live"]["high"] < rare["floor"] < 0.78
    assert rare["evidence"] >= 1 > rare["money_per_day"] > 0
    assert rare["onset"].startswith("2026-11-0")
    assert rare["misses_to"] == {COMMON: 36}
    assert rare["reasons"]
    assert rows[COMMON]["verdict"] != "degraded"
    assert rows[COMMON]["onset"] is None


def test_status_check_is_one_while_a_watched_cell_is_degraded(typed: Typed) -> None:
    assert typed("status").code == 0
    assert typed("status", "--check").code == 1


def test_anchors_are_listed_and_displayed(typed: Typed) -> None:
    (listed,) = json.loads(typed("anchor", "list", "--json").out)
    anchor = json.loads(typed("anchor", "show", listed["id"][:8], "--json").out)

    assert (listed["model"], listed["version"], listed["environment"]) == ("tickets", "7", "prod")
    assert listed["active_since"] is not None
    assert listed["source"] == "report.json"
    promises = {promise["intent"]: promise["shipped"] for promise in anchor["promises"]}
    assert promises == {
        RARE: {"recall": 44 / 50, "support": 50},
        COMMON: {"recall": 180 / 200, "support": 200},
    }
    assert listed["id"][:12] in typed("anchor", "list").out
    assert RARE in typed("anchor", "show", listed["id"][:8]).out


def test_the_incident_is_listed_and_displayed(typed: Typed) -> None:
    (incident,) = json.loads(typed("incident", "list", "--json").out)

    assert incident["state"] == "opened"
    assert [member["cell"]["intent"] for member in incident["members"]] == [RARE]
    assert json.loads(typed("incident", "show", str(incident["id"]), "--json").out) == incident
    assert RARE in typed("incident", "show", str(incident["id"])).out
    assert "opened" in typed("incident", "list", "--open").out


def test_the_same_commands_again_change_nothing(typed: Typed) -> None:
    before = typed("status", "--json").out
    assert "imported before" in typed(*IMPORT).out
    assert typed("run", "--once", "--input", "events.jsonl").code == 0
    assert typed("status", "--json").out == before
    assert len(json.loads(typed("incident", "list", "--json").out)) == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["config", "check", "--set", "judge.drop=2", "--set", "no.such=1"], ["judge.drop", "no"]),
        (["config", "check", "--config", "nowhere.yaml"], ["nowhere.yaml", "no such file"]),
        (["status", "--set", "database.url=nonsense"], ["database.url"]),
        (["run", "--once", "--input", "nowhere.jsonl"], ["nowhere.jsonl: there is no such file"]),
        (["anchor", "import", "nowhere.json", "--model", "m", "--version", "1"], ["nowhere.json"]),
        (["anchor", "import", "events.jsonl", "--model", "m", "--version", "1"], ["events.jsonl"]),
        (["anchor", "show", "ffff"], ["no anchor's id begins with 'ffff'"]),
        (["incident", "show", "99"], ["there is no incident 99"]),
        (["run", "--ones"], ["--ones"]),
        (["fly"], ["fly"]),
    ],
)
def test_a_wrong_setting_file_or_word_is_two_and_named_without_a_traceback(
    typed: Typed, words: list[str], says: list[str]
) -> None:
    printed = typed(*words)

    assert printed.code == 2
    for text in says:
        assert text in printed.err
    assert "Traceback" not in printed.err


def test_a_sound_configuration_is_reported_as_sound(typed: Typed) -> None:
    printed = typed("config", "check")
    assert (printed.code, printed.err) == (0, "")
    assert "there is no configuration file, so nothing was checked but the defaults" in printed.out


def test_with_nothing_listening_run_is_five_and_doctor_is_one_and_both_say_where(story: Story) -> None:
    nobody = ["--set", "kafka.bootstrap_servers=127.0.0.1:1"]

    def typed(*words: str) -> Output:
        return output_of(command(*words, *nobody, folder=story.folder, variables=DATABASE))

    with ThreadPoolExecutor() as at_once:
        running, examining = at_once.submit(typed, "run", "--once"), at_once.submit(typed, "doctor")
        ran, examined = running.result(), examining.result()

    assert ran.code == 5
    assert "nothing listens at 127.0.0.1:1" in ran.err
    assert examined.code == 1
    assert "nothing listens at 127.0.0.1:1" in examined.out
    assert "sqlite:///watch.db" in examined.out
    assert "\x1b" not in examined.out
    assert "Traceback" not in ran.err + examined.out + examined.err


def test_a_thousand_broken_records_in_a_row_are_four_and_what_came_before_is_saved(tmp_path: Path) -> None:
    good, broken = events(), 1_000
    write(tmp_path / "poison.jsonl", [*good, *["not an event"] * broken, *good])
    words = ["run", "--once", "--input", "poison.jsonl", "--dead-letters", "rejected.jsonl"]

    stopped = output_of(command(*words, folder=tmp_path, variables=DATABASE))
    assert stopped.code == 4
    assert f"poison.jsonl[0], the first unsaved one at offset {len(good)} (not_json" in stopped.err
    assert "Traceback" not in stopped.err
    assert taken(tmp_path) == {"prediction": len(good) // 2, "label": len(good) // 2}
    assert not (tmp_path / "rejected.jsonl").exists()

    mended = ["--set", f"poison.max_consecutive={broken + 1}"]
    went_on = output_of(command(*words, *mended, folder=tmp_path, variables=DATABASE))

    assert went_on.code == 0, went_on.err
    assert taken(tmp_path)["rejected:not_json"] == broken
    assert len((tmp_path / "rejected.jsonl").read_text().splitlines()) == broken


def test_one_good_record_ends_the_row_of_broken_ones(
    tmp_path: Path, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "rough.jsonl", [*["x"] * 999, events()[0], *["x"] * 999])

    assert typed("run", "--once", "--input", "rough.jsonl").code == 0
    assert taken(tmp_path) == {"rejected:not_json": 1_998, "prediction": 1}


def offline_report() -> dict[str, Any]:
    """What scikit-learn says of an offline split of 250."""
    truth = [RARE] * 50 + [COMMON] * 200
    predicted = [RARE] * 44 + [COMMON] * 6 + [COMMON] * 180 + [RARE] * 20
    report: dict[str, Any] = classification_report(truth, predicted, output_dict=True)
    return report


def events() -> list[dict[str, Any]]:
    """Two hundred tickets over ten days, each labelled a day later; the rare intent is found 4 times of 10."""
    made: list[dict[str, Any]] = []
    for number in range(200):
        truth = RARE if number % 10 in (0, 3, 6) else COMMON
        rare = number // 10 * 3 + number % 10 // 3
        predicted = RARE if truth == RARE and rare % 5 in (1, 3) else COMMON
        prediction_id = f"{number:03d}"
        hour = f"T{number % 20:02d}:00:00Z"
        made.append(
            {
                "event": "prediction",
                "prediction_id": prediction_id,
                "ts": f"2026-11-{1 + number // 20:02d}{hour}",
                "model": {"name": "tickets", "version": "7"},
                "predicted": {"intent": predicted, "score": 0.9},
            }
        )
        made.append(
            {
                "event": "label",
                "label_id": f"label-{prediction_id}",
                "prediction_id": prediction_id,
                "intent": truth,
                "labeled_at": f"2026-11-{2 + number // 20:02d}{hour}",
                "sampling": {"design": "uniform", "probability": 1.0},
            }
        )
    return made


def write(file: Path, lines: Sequence[object]) -> None:
    """Words as they are, everything else as JSON."""
    file.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))


def taken(folder: Path) -> dict[str, int]:
    """What became of the records."""
    engine = create_engine(f"sqlite:///{folder}/watch.db")
    try:
        counts: dict[str, int] = {}
        for count in StatusStore(engine).event_counts():
            counts[str(count.fate)] = counts.get(str(count.fate), 0) + count.events
        return counts
    finally:
        engine.dispose()


def output_of(done: "CompletedProcess[bytes]") -> Output:
    """A finished process in words."""
    return Output(done.returncode, done.stdout.decode(), done.stderr.decode())
