"""Where the configuration comes from, what wins, and that all problems are reported at once."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.cli.main import cli
from monitor.errors import ConfigError
from monitor.settings.load import find_files, load
from monitor.settings.settings import Settings
from tests.settings.configurations import EXAMPLE, SECRET, problems, written


def test_without_a_file_everything_has_its_default() -> None:
    assert load().model_dump() == Settings().model_dump()


def test_an_empty_file_changes_nothing() -> None:
    assert load(written("# nothing yet\n")).model_dump() == Settings().model_dump()


def test_every_problem_is_reported_at_once_wherever_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANCHORWATCH_JUGDE__DROP", "0.1")
    monkeypatch.setenv("ANCHORWATCH_WATCH__RARE_SHARE", "7")
    text = (
        "limits: {message_bytes: 0}\n"
        "poison: {max_consecutiv: 3}\n"
        "slices: [{name: a}, {name: a}]\n"
        "retention: {predictions_days: 5}\n"
    )
    assert sorted(problems(text, {"schedule.evaluate_seconds": 0})) == [
        "aw.yaml: limits.message_bytes: must be a whole number above 0 and below 67,108,864; the default is"
        " 1,000,000",
        "aw.yaml: poison.max_consecutiv: there is no such key; did you mean max_consecutive?",
        "command line: schedule.evaluate_seconds: must be a number above 0 and at most 86,400; the default is 60",
        "environment ANCHORWATCH_JUGDE__DROP: there is no section 'jugde'; did you mean judge?",
        "environment ANCHORWATCH_WATCH__RARE_SHARE: watch.rare_share: must be a number of at least 0 and at"
        " most 1; the default is 0.03",
        "retention.predictions_days: 5 is less than judge.detect_within_days (14), so predictions would be"
        " dropped before their labels are waited for",
        "slices: 'a' is listed 2 times; list it once",
    ]


def test_the_command_line_goes_before_the_environment_the_file_and_the_defaults(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = written("judge: {drop: 0.2, stale_after_days: 4, detect_within_days: 20}\n")
    monkeypatch.setenv("ANCHORWATCH_JUDGE__DROP", "0.3")
    monkeypatch.setenv("ANCHORWATCH_JUDGE__STALE_AFTER_DAYS", "5")
    judge = load(file, {"judge.drop": 0.4}).judge
    assert (judge.drop, judge.stale_after_days, judge.detect_within_days, judge.false_pages_per_year) == (
        0.4,
        5,
        20,
        1,
    )


def test_lists_and_mappings_are_json_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANCHORWATCH_WATCH__INTENTS", '["refund", "cancel"]')
    monkeypatch.setenv("ANCHORWATCH_INTENTS", '{"Refund": {"weight": 2}}')
    settings = load()
    assert settings.watch.intents == ("refund", "cancel")
    assert settings.intents["Refund"].weight == 2.0


def test_what_is_not_json_in_the_environment_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANCHORWATCH_SINKS", f'[{{"url": "{SECRET}"')
    assert problems() == [
        "environment ANCHORWATCH_SINKS: lists and mappings are written as JSON, this is none"
    ]


def test_an_unknown_key_in_the_environment_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANCHORWATCH_JUDGE__DRP", "0.1")
    assert problems() == [
        "environment ANCHORWATCH_JUDGE__DRP: judge.drp: there is no such key; did you mean drop?"
    ]


def test_an_unknown_key_on_the_command_line_is_reported() -> None:
    assert problems(None, {"judge.drp": 1}) == [
        "command line: judge.drp: there is no such key; did you mean drop?"
    ]
    assert problems(None, {"jugde.drop": 1}) == [
        "command line: jugde: there is no such key; did you mean judge?"
    ]


def test_a_file_that_is_not_there_is_reported() -> None:
    with pytest.raises(ConfigError) as caught:
        load(Path("nowhere.yaml"))
    assert caught.value.problems == [
        "nowhere.yaml: there is no such file; name another with --config or leave it out"
    ]


def test_a_file_that_cannot_be_read_is_reported() -> None:
    with pytest.raises(ConfigError, match=r"^\.: cannot be read: "):
        load(Path())


def test_a_file_that_is_not_utf8_is_reported() -> None:
    Path("aw.yaml").write_bytes(b"runbook: \xe9\n")
    with pytest.raises(ConfigError, match=r"^aw\.yaml: cannot be read: 'utf-8' codec can't decode"):
        load(Path("aw.yaml"))


def test_the_file_given_goes_before_the_environments_and_that_before_the_usual_place() -> None:
    usual = Path("config/anchorwatch.yaml")
    assert find_files(None, {}) == []
    usual.parent.mkdir()
    usual.touch()
    assert find_files(None, {}) == [usual]
    assert find_files(None, {"ANCHORWATCH_CONFIG": "mine.yaml"}) == [Path("mine.yaml")]
    assert find_files(Path("given.yaml"), {"ANCHORWATCH_CONFIG": "mine.yaml"}) == [Path("given.yaml")]


def test_config_check_says_that_a_configuration_is_sound() -> None:
    checked = CliRunner().invoke(cli, ["config", "check", "--config", str(EXAMPLE)])
    assert (checked.exit_code, checked.stdout) == (0, f"the configuration is sound: {EXAMPLE}\n")


def test_config_check_without_a_file_says_what_was_checked_and_where_it_looked() -> None:
    checked = CliRunner().invoke(cli, ["config", "check"])
    assert (checked.exit_code, checked.stdout.splitlines()) == (
        0,
        [
            "there is no configuration file, so nothing was checked but the defaults, the environment and --set over"
            " them",
            f"looked for: --config FILE, $ANCHORWATCH_CONFIG, config/anchorwatch.yaml in {Path.cwd()};"
            " `anchorwatch init` writes one",
        ],
    )


def test_config_check_refuses_what_load_refuses() -> None:
    file = written("judge: {drop: 3}")
    checked = CliRunner().invoke(cli, ["config", "check", "--config", str(file), "--set", "poison.x=1"])
    assert isinstance(checked.exception, ConfigError)
    assert sorted(checked.exception.problems) == [
        "aw.yaml: judge.drop: must be a number above 0 and below 1; the default is 0.1",
        "command line: poison.x: there is no such key; there are max_consecutive",
    ]


def test_settings_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load().runbook = "x"  # type: ignore[misc]


def test_a_section_whose_name_is_a_number_is_no_such_key() -> None:
    (problem,) = problems("3: 4")
    assert problem.startswith("aw.yaml: 3: there is no such key; there are kafka, database, watch, judge,")


def test_a_key_set_below_another_on_the_command_line_is_reported() -> None:
    assert problems(None, {"judge.drop": 0.2, "judge.drop.x": 1}) == [
        "command line: judge.drop.x: a key above it was given a value of its own"
    ]


def test_a_problem_in_the_file_is_not_blamed_on_the_command_line() -> None:
    assert problems("judge: {drop: 3}", {"judge.stale_after_days": 5}) == [
        "aw.yaml: judge.drop: must be a number above 0 and below 1; the default is 0.1"
    ]


def test_a_variable_that_is_not_json_hides_no_other_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANCHORWATCH_SINKS", "[")
    assert problems("judge: {drop: 3}") == [
        "environment ANCHORWATCH_SINKS: lists and mappings are written as JSON, this is none",
        "aw.yaml: judge.drop: must be a number above 0 and below 1; the default is 0.1",
    ]


def test_a_bad_key_hides_no_contradiction_in_its_own_section() -> None:
    assert problems("kafka: {heartbeat_interval_ms: 40000, group: x}") == [
        "aw.yaml: kafka.group: there is no such key; did you mean group_id?",
        "kafka.heartbeat_interval_ms: must be at most a third of kafka.session_timeout_ms (45000),"
        " or one lost heartbeat ends the membership",
    ]


def test_a_misspelt_variable_in_small_letters_is_reported_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("anchorwatch_jugde__drop", "0.2")
    assert problems() == [
        "environment anchorwatch_jugde__drop: there is no section 'jugde'; did you mean judge?"
    ]


def test_a_key_given_twice_in_the_file_is_reported() -> None:
    assert problems("judge: {drop: 0.2}\njudge: {drop: 0.3}") == [
        "aw.yaml: is not YAML: line 2, column 1: judge is given twice"
    ]
