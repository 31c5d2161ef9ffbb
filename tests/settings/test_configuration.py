"""The configuration: what wins, what is refused with which words, and that no secret is ever repeated."""

import json
import os
import re
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from pydantic import BaseModel
from typer.testing import CliRunner

from monitor.cli.config import group
from monitor.domain.events.types import Kind
from monitor.errors import ConfigError
from monitor.settings.load import find_file, load
from monitor.settings.settings import Intent, QuietHoursSettings, RouteSettings, Settings, Slice
from monitor.settings.sinks import SinkSettings

EXAMPLE = Path(__file__).parents[2] / "config" / "anchorwatch.yaml"
SECRET = "hunter2-very-secret"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A directory without a configuration, and none in the environment."""
    for name in list(os.environ):
        if name.upper().startswith("ANCHORWATCH"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def written(text: str) -> Path:
    file = Path("aw.yaml")
    file.write_text(text, encoding="utf-8")
    return file


def problems(text: str | None = None, overrides: dict[str, Any] | None = None) -> list[str]:
    """Everything that is said about a configuration."""
    with pytest.raises(ConfigError) as caught:
        load(None if text is None else written(text), overrides)
    assert caught.value.exit_code == 2
    return caught.value.problems


def test_without_a_file_everything_has_its_default() -> None:
    assert load().model_dump() == Settings().model_dump()


def test_an_empty_file_changes_nothing() -> None:
    assert load(written("# nothing yet\n")).model_dump() == Settings().model_dump()


RULES = [
    # What one key may hold.
    ("kafak: {}", "aw.yaml: kafak: there is no such key"),
    ("judge: {drp: 0.1}", "aw.yaml: judge.drp: there is no such key"),
    ("kafka: {topics: {label: x}}", "aw.yaml: kafka.topics.label: there is no such key"),
    ("intents: {refund: {weigth: 2}}", "aw.yaml: intents.refund.weigth: there is no such key"),
    ("judge: 3", "aw.yaml: judge: Input should be a valid dictionary or instance of Judge"),
    (
        "judge: {drop: a tenth}",
        "aw.yaml: judge.drop: Input should be a valid number, unable to parse string as a number",
    ),
    ("judge: {drop: 1}", "aw.yaml: judge.drop: Input should be less than 1"),
    ("judge: {drop: 0}", "aw.yaml: judge.drop: Input should be greater than 0"),
    ("judge: {drop: .nan}", "aw.yaml: judge.drop: Input should be a finite number"),
    (
        "judge: {false_pages_per_year: 0}",
        "aw.yaml: judge.false_pages_per_year: Input should be greater than 0",
    ),
    ("judge: {labels_per_day: 0}", "aw.yaml: judge.labels_per_day: Input should be greater than 0"),
    ("judge: {detect_within_days: 0}", "aw.yaml: judge.detect_within_days: Input should be greater than 0"),
    ("judge: {stale_after_days: -1}", "aw.yaml: judge.stale_after_days: Input should be greater than 0"),
    ("watch: {rare_share: 1.1}", "aw.yaml: watch.rare_share: Input should be less than or equal to 1"),
    (
        "watch: {rare_support: -1}",
        "aw.yaml: watch.rare_support: Input should be greater than or equal to 0",
    ),
    ("watch: {intents: refund}", "aw.yaml: watch.intents: Input should be a valid tuple"),
    ("anchor: {basis: best}", "aw.yaml: anchor.basis: Input should be 'shipped' or 'real'"),
    ("anchor: {treat_as: law}", "aw.yaml: anchor.treat_as: Input should be 'estimate' or 'promise'"),
    (
        "sampling: {min_probability: 0}",
        "aw.yaml: sampling.min_probability: Input should be greater than 0",
    ),
    (
        "labels: {accept: [complaint]}",
        "aw.yaml: labels.accept: complaint labels exist only for misses, so they can never enter recall;"
        " remove 'complaint'",
    ),
    ("labels: {accept: []}", "aw.yaml: labels.accept: name at least one kind of label"),
    (
        "labels: {accept: [machine]}",
        "aw.yaml: labels.accept.0: Input should be 'human', 'adjudicated', 'complaint' or 'weak'",
    ),
    ("slices: [{}]", "aw.yaml: slices.0.name: Field required"),
    (
        "slices: [{name: a, cap: 1001}]",
        "aw.yaml: slices.0.cap: Input should be less than or equal to 1000",
    ),
    ("poison: {max_consecutive: 0}", "aw.yaml: poison.max_consecutive: Input should be greater than 0"),
    ("limits: {message_bytes: 0}", "aw.yaml: limits.message_bytes: Input should be greater than 0"),
    ("limits: {intents: 0}", "aw.yaml: limits.intents: Input should be greater than 0"),
    ("schedule: {deliver_seconds: 0}", "aw.yaml: schedule.deliver_seconds: Input should be greater than 0"),
    ("intents: {refund: {weight: 0}}", "aw.yaml: intents.refund.weight: Input should be greater than 0"),
    (
        "kafka: {group_id: ''}",
        "aw.yaml: kafka.group_id: String should have at least 1 character",
    ),
    (
        "kafka: {security_protocol: TLS}",
        "aw.yaml: kafka.security_protocol: Input should be 'PLAINTEXT', 'SSL', 'SASL_PLAINTEXT' or 'SASL_SSL'",
    ),
    (
        "sinks: [{kind: pager}]",
        "aw.yaml: sinks.0: Input tag 'pager' found using 'kind' does not match any of the expected tags:"
        " 'terminal', 'slack', 'webhook', 'alertmanager', 'pagerduty', 'email', 'apprise'",
    ),
    ("sinks: [{name: x}]", "aw.yaml: sinks.0: Unable to extract tag using discriminator 'kind'"),
    ("sinks: [{kind: slack, url: http://x, channel: x}]", "aw.yaml: sinks.0.channel: there is no such key"),
    # What holds between keys.
    (
        "kafka: {security_protocol: SASL_SSL}",
        "kafka.sasl_mechanism: SASL_SSL needs one; name a mechanism",
    ),
    (
        "kafka: {sasl_mechanism: GSSAPI}",
        "kafka.security_protocol: kafka.sasl_mechanism is set, so this must be SASL_PLAINTEXT or SASL_SSL,"
        " not PLAINTEXT",
    ),
    (
        "kafka: {security_protocol: SASL_SSL, sasl_mechanism: PLAIN, sasl_plain_password: x}",
        "kafka.sasl_plain_username: PLAIN needs it; set it",
    ),
    (
        "kafka: {security_protocol: SASL_SSL, sasl_mechanism: SCRAM-SHA-256, sasl_plain_username: x}",
        "kafka.sasl_plain_password: SCRAM-SHA-256 needs it; set it or sasl_plain_password_file",
    ),
    (
        "kafka: {security_protocol: SSL, ssl_certfile: a.pem}",
        "kafka.ssl_keyfile: a client certificate needs both ssl_certfile and ssl_keyfile",
    ),
    (
        "kafka: {security_protocol: SSL, ssl_keyfile: a.key}",
        "kafka.ssl_certfile: a client certificate needs both ssl_certfile and ssl_keyfile",
    ),
    (
        "kafka: {ssl_cafile: ca.pem}",
        "kafka.ssl_cafile: has no effect with PLAINTEXT; remove it or use SSL",
    ),
    (
        "kafka: {heartbeat_interval_ms: 15001}",
        "kafka.heartbeat_interval_ms: must be at most a third of kafka.session_timeout_ms (45000),"
        " or one lost heartbeat ends the membership",
    ),
    (
        "sinks: [{kind: terminal}, {kind: terminal}]",
        "sinks: 2 sinks are called 'terminal'; give each its own name",
    ),
    (
        "sinks: [{kind: slack, name: chat, url: 'https://x', url_file: x}]",
        "sinks.chat: give url or url_file, not both",
    ),
    ("sinks: [{kind: slack, name: chat}]", "sinks.chat: needs url or url_file"),
    (
        "sinks: [{kind: webhook, name: hook, url: 'https://x'}]",
        "sinks.hook: needs secrets or secret_file to sign its messages with",
    ),
    ("slices: [{name: a}, {name: a}]", "slices: 'a' is listed 2 times; list it once"),
    (
        "retention: {predictions_days: 13}",
        "retention.predictions_days: 13 is less than judge.detect_within_days (14), so predictions would be"
        " dropped before their labels are waited for",
    ),
    # What a file may be.
    ("- judge", "aw.yaml: must be a mapping of sections, not list"),
    ("judge", "aw.yaml: must be a mapping of sections, not str"),
    (
        "judge:\n\tdrop: 1",
        "aw.yaml: is not YAML: line 2, column 1: found character '...' that cannot start any token",
    ),
]


@pytest.mark.parametrize(("text", "said"), RULES)
def test_a_broken_rule_is_told_in_exactly_these_words(text: str, said: str) -> None:
    assert problems(text) == [said]


OAUTH = (
    "kafka: {security_protocol: SASL_SSL, sasl_mechanism: OAUTHBEARER, oauth_client_id: a,"
    " oauth_client_secret_file: f, oauth_token_url: '%s'}"
)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://[", "is malformed; write https://HOST/PATH"),
        ("token", "must be an address; write https://HOST/PATH"),
        (
            f"https://me:{SECRET}@login.example.org/token",
            "must not hold a user or a password; use oauth_client_id and oauth_client_secret",
        ),
        (
            "http://login.example.org/token",
            "must be https, since the client secret is sent there; only a loopback address may be http",
        ),
    ],
)
def test_a_token_address_that_would_give_the_secret_away_is_refused(url: str, said: str) -> None:
    assert problems(OAUTH % url) == [f"kafka.oauth_token_url: {said}"]


@pytest.mark.parametrize("url", ["https://login.example.org/token", "http://localhost:1", "http://[::1]:1"])
def test_a_token_address_over_tls_or_on_this_machine_is_fine(url: str) -> None:
    assert load(written(OAUTH % url)).kafka.oauth_token_url == url


def test_oauth_needs_an_address_an_id_and_a_secret() -> None:
    assert problems("kafka: {security_protocol: SASL_SSL, sasl_mechanism: OAUTHBEARER}") == [
        "kafka.oauth_token_url: OAUTHBEARER needs it; set it",
        "kafka.oauth_client_id: OAUTHBEARER needs it; set it",
        "kafka.oauth_client_secret: OAUTHBEARER needs it; set it or oauth_client_secret_file",
    ]


def test_a_secret_is_given_once_and_not_without_what_it_opens() -> None:
    assert problems("kafka: {ssl_password: a, ssl_password_file: f, oauth_scope: kafka}") == [
        "kafka.oauth_scope: has no effect without sasl_mechanism OAUTHBEARER; remove it or set that",
        "kafka.ssl_password: there is no ssl_keyfile that it could open; remove it or set ssl_keyfile",
        "kafka.ssl_password_file: there is no ssl_keyfile that it could open; remove it or set ssl_keyfile",
        "kafka.ssl_password: give ssl_password or ssl_password_file, not both",
    ]


def test_a_heartbeat_of_just_a_third_and_a_retention_of_just_the_wait_are_allowed() -> None:
    settings = load(written("kafka: {heartbeat_interval_ms: 15000}\nretention: {predictions_days: 14}\n"))
    assert (settings.kafka.heartbeat_interval_ms, settings.retention.predictions_days) == (15_000, 14)


def test_every_problem_is_told_at_once_wherever_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANCHORWATCH_JUGDE__DROP", "0.1")
    monkeypatch.setenv("ANCHORWATCH_WATCH__RARE_SHARE", "7")
    text = (
        "limits: {message_bytes: 0}\n"
        "poison: {max_consecutiv: 3}\n"
        "slices: [{name: a}, {name: a}]\n"
        "retention: {predictions_days: 5}\n"
    )
    assert sorted(problems(text, {"schedule.evaluate_seconds": 0})) == [
        "aw.yaml: limits.message_bytes: Input should be greater than 0",
        "aw.yaml: poison.max_consecutiv: there is no such key",
        "command line: schedule.evaluate_seconds: Input should be greater than 0",
        "environment ANCHORWATCH_JUGDE__DROP: there is no section 'jugde'",
        "environment ANCHORWATCH_WATCH__RARE_SHARE: watch.rare_share: Input should be less than or equal to 1",
        "retention.predictions_days: 5 is less than judge.detect_within_days (14), so predictions would be"
        " dropped before their labels are waited for",
        "slices: 'a' is listed 2 times; list it once",
    ]


def test_the_command_line_goes_before_the_environment_the_file_and_the_defaults(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = written("judge: {drop: 0.2, labels_per_day: 20, detect_within_days: 20}\n")
    monkeypatch.setenv("ANCHORWATCH_JUDGE__DROP", "0.3")
    monkeypatch.setenv("ANCHORWATCH_JUDGE__LABELS_PER_DAY", "30")
    judge = load(file, {"judge.drop": 0.4}).judge
    assert (judge.drop, judge.labels_per_day, judge.detect_within_days, judge.stale_after_days) == (
        0.4,
        30,
        20,
        3,
    )


def test_lists_and_mappings_are_json_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANCHORWATCH_WATCH__INTENTS", '["refund", "cancel"]')
    monkeypatch.setenv("ANCHORWATCH_INTENTS", '{"Refund": {"weight": 2}}')
    settings = load()
    assert settings.watch.intents == ("refund", "cancel")
    assert settings.intents["Refund"].weight == 2.0


def test_what_is_not_json_in_the_environment_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANCHORWATCH_SINKS", f'[{{"url": "{SECRET}"')
    assert problems() == [
        "environment ANCHORWATCH_SINKS: lists and mappings are written as JSON, this is none"
    ]


def test_an_unknown_key_in_the_environment_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANCHORWATCH_JUDGE__DRP", "0.1")
    assert problems() == ["environment ANCHORWATCH_JUDGE__DRP: judge.drp: there is no such key"]


def test_an_unknown_key_on_the_command_line_is_told() -> None:
    assert problems(None, {"judge.drp": 1}) == ["command line: judge.drp: there is no such key"]
    assert problems(None, {"jugde.drop": 1}) == ["command line: jugde: there is no such key"]


def test_a_file_that_is_not_there_is_told() -> None:
    with pytest.raises(ConfigError) as caught:
        load(Path("nowhere.yaml"))
    assert caught.value.problems == [
        "nowhere.yaml: there is no such file; name another with --config or leave it out"
    ]


def test_a_file_that_cannot_be_read_is_told() -> None:
    with pytest.raises(ConfigError, match=r"^\.: cannot be read: "):
        load(Path())


def test_a_file_that_is_not_utf8_is_told() -> None:
    Path("aw.yaml").write_bytes(b"runbook: \xe9\n")
    with pytest.raises(ConfigError, match=r"^aw\.yaml: cannot be read: 'utf-8' codec can't decode"):
        load(Path("aw.yaml"))


def test_the_file_given_goes_before_the_environments_and_that_before_the_usual_place() -> None:
    usual = Path("config/anchorwatch.yaml")
    assert find_file(None, {}) is None
    usual.parent.mkdir()
    usual.touch()
    assert find_file(None, {}) == usual
    assert find_file(None, {"ANCHORWATCH_CONFIG": "mine.yaml"}) == Path("mine.yaml")
    assert find_file(Path("given.yaml"), {"ANCHORWATCH_CONFIG": "mine.yaml"}) == Path("given.yaml")


LEAKS = [
    f"database: {{url: ['{SECRET}']}}",
    f"database: {{url: {{password: {SECRET}}}}}",
    f"database: {{ulr: '{SECRET}'}}",
    f"database: {SECRET}",
    f"kafka: {{sasl_plain_password: ['{SECRET}']}}",
    f"kafka: {{sasl_plain_password: {SECRET}, sasl_mechanism: PLAIN}}",
    f"kafka: {{ssl_password: '{SECRET}', heartbeat_interval_ms: 40000}}",
    f"sinks: {SECRET}",
    f"sinks: ['{SECRET}']",
    f"sinks: [{{kind: slack, url: ['{SECRET}']}}]",
    f"sinks: [{{kind: slack, url: '{SECRET}', url_file: x}}]",
    f"sinks: [{{kind: webhook, url: '{SECRET}', secret: x}}]",
    f"sinks: [{{kind: webhook, url: x, secrets: '{SECRET}'}}]",
    f"sinks: [{{kind: webhook, url: x, secrets: [['{SECRET}']]}}]",
    f"sinks:\n- kind: slack\n  url: {SECRET}: x",
    f'database: {{url: "{SECRET}',
    f"database: {{url: *{SECRET}}}",
    f"database: {{url: !{SECRET} x}}",
    f"database: {{url: &{SECRET} x, url2: %{SECRET}}}",
    f"database: {{url: '{SECRET}'x}}",
    f"database:\n  url: '{SECRET}'\n drop: 1",
]


@pytest.mark.parametrize("text", LEAKS)
def test_a_secret_is_never_repeated_in_a_problem(text: str) -> None:
    assert SECRET not in "\n".join(problems(text))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ANCHORWATCH_DATABASE__URL__X", SECRET),
        ("ANCHORWATCH_DATABASE", SECRET),
        ("ANCHORWATCH_KAFKA__SASL_PLAIN_PASSWORT", SECRET),
        ("ANCHORWATCH_SINKS", f'[{{"kind": "slack", "url": "{SECRET}", "x": 1}}]'),
        ("ANCHORWATCH_SINKS", f'["{SECRET}"]'),
        ("ANCHORWATCH_JUDGE__DROP", SECRET),
    ],
)
def test_a_secret_in_the_environment_is_never_repeated_either(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert SECRET not in "\n".join(problems())


def test_config_show_stars_every_secret_out() -> None:
    file = written(
        f"database: {{url: 'postgresql://me:{SECRET}@db/aw'}}\n"
        f"kafka: {{security_protocol: SASL_SSL, sasl_mechanism: PLAIN, sasl_plain_username: me,"
        f" sasl_plain_password: {SECRET}, ssl_certfile: c, ssl_keyfile: k, ssl_password: {SECRET}}}\n"
        f"sinks: [{{kind: slack, url: 'https://hooks/{SECRET}'}},"
        f" {{kind: webhook, url: 'https://hooks/{SECRET}', secrets: [{SECRET}]}}]\n"
    )
    shown = CliRunner().invoke(group, ["show", "--config", str(file)])
    assert shown.exit_code == 0
    assert SECRET not in shown.output
    content = json.loads(shown.stdout)
    assert content["database"]["url"] == "**********"
    assert content["kafka"]["sasl_plain_password"] == "**********"
    assert content["sinks"][1]["secrets"] == ["**********"]
    assert content["judge"]["drop"] == 0.1


def test_config_check_says_that_a_configuration_is_sound() -> None:
    checked = CliRunner().invoke(group, ["check", "--config", str(EXAMPLE)])
    assert (checked.exit_code, checked.stdout) == (0, "the configuration is sound\n")


def test_config_check_refuses_what_load_refuses() -> None:
    file = written("judge: {drop: 3}")
    checked = CliRunner().invoke(group, ["check", "--config", str(file), "--set", "poison.x=1"])
    assert isinstance(checked.exception, ConfigError)
    assert sorted(checked.exception.problems) == [
        "aw.yaml: judge.drop: Input should be less than 1",
        "command line: poison.x: there is no such key",
    ]


def test_the_options_of_a_client_hold_the_secret_itself_and_nothing_of_ours() -> None:
    settings = load(
        written(
            "kafka: {security_protocol: SASL_PLAINTEXT, sasl_mechanism: PLAIN, sasl_plain_username: me,"
            f" sasl_plain_password: {SECRET}}}"
        )
    )
    assert settings.kafka.client_options() == {
        "bootstrap_servers": "localhost:9092",
        "client_id": "anchorwatch",
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "PLAIN",
        "sasl_plain_username": "me",
        "sasl_plain_password": SECRET,
    }


def test_settings_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load().runbook = "x"  # type: ignore[misc]


# The example file.


def uncommented(text: str) -> dict[str, Any]:
    """The example with every key that is commented out put in; prose begins with a capital letter."""
    text = re.sub(r"^( *)# (?=[a-z -])", r"\1", text, flags=re.MULTILINE)
    content: dict[str, Any] = yaml.safe_load(
        re.sub(r"^(slices|routes|intents|heartbeat|reports): (\[\]|{})$", r"\1:", text, flags=re.MULTILINE)
    )
    return content


def missing_and_unknown(model: type[BaseModel], content: dict[str, Any], where: str = "") -> list[str]:
    found = [f"{where}{name}" for name in sorted(model.model_fields.keys() ^ content.keys())]
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found += missing_and_unknown(field.annotation, content.get(name, {}), f"{where}{name}.")
    return found


def test_the_example_file_is_exactly_the_defaults() -> None:
    assert load(EXAMPLE).model_dump() == Settings().model_dump()


def test_the_example_file_has_every_key_of_every_section_and_no_other() -> None:
    assert missing_and_unknown(Settings, uncommented(EXAMPLE.read_text(encoding="utf-8"))) == []


def test_the_example_file_has_every_key_of_a_slice_an_intent_and_each_kind_of_sink() -> None:
    content = uncommented(EXAMPLE.read_text(encoding="utf-8"))
    kinds = get_args(get_args(SinkSettings)[0])
    assert [sorted(sink) for sink in content["sinks"]] == [sorted(kind.model_fields) for kind in kinds]
    assert [sorted(slice_) for slice_ in content["slices"]] == [sorted(Slice.model_fields)]
    assert [sorted(route) for route in content["routes"]] == [sorted(RouteSettings.model_fields)]
    assert sorted(content["quiet_hours"]) == sorted(QuietHoursSettings.model_fields)
    assert [sorted(intent) for intent in content["intents"].values()] == [sorted(Intent.model_fields)]


def test_the_keys_of_the_example_file_stand_in_the_order_of_the_settings() -> None:
    content = uncommented(EXAMPLE.read_text(encoding="utf-8"))
    assert list(content) == list(Settings.model_fields)
    assert list(content["kafka"]) == list(Settings.model_fields["kafka"].annotation.model_fields)  # type: ignore[union-attr]


def test_every_key_of_the_example_file_has_a_comment_on_its_line() -> None:
    sections = {f"{name}:" for name in Settings.model_fields}
    bare = [
        line
        for line in EXAMPLE.read_text(encoding="utf-8").splitlines()
        if re.match(r" *(# )?[ -]*[a-z_]+:", line)
        and not re.search(r"\S # \S", line.replace("# ", "", 1) if line.lstrip().startswith("# ") else line)
        and line.split("[")[0].split("{")[0].strip() not in sections | {"topics:"}
    ]
    assert bare == []


def test_the_example_file_lists_the_kinds_that_are_accepted_by_default() -> None:
    assert load(EXAMPLE).labels.accept == (Kind.HUMAN, Kind.ADJUDICATED)


def test_a_section_whose_name_is_a_number_is_no_such_key() -> None:
    assert problems("3: 4") == ["aw.yaml: 3: there is no such key"]


def test_a_key_set_below_another_on_the_command_line_is_told() -> None:
    problems(None, {"judge.drop": 0.2, "judge.drop.x": 1})


@pytest.mark.parametrize("key", ["false_pages_per_year", "labels_per_day"])
def test_an_infinite_number_is_refused(key: str) -> None:
    problems(f"judge: {{{key}: .inf}}")


def test_a_problem_in_the_file_is_not_blamed_on_the_command_line() -> None:
    assert problems("judge: {drop: 3}", {"judge.labels_per_day": 5}) == [
        "aw.yaml: judge.drop: Input should be less than 1"
    ]


def test_a_variable_that_is_not_json_hides_no_other_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANCHORWATCH_SINKS", "[")
    assert len(problems("judge: {drop: 3}")) == 2


def test_a_bad_key_hides_no_contradiction_in_its_own_section() -> None:
    assert len(problems("kafka: {heartbeat_interval_ms: 40000, group: x}")) == 2


def test_a_misspelt_variable_in_small_letters_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("anchorwatch_jugde__drop", "0.2")
    problems()


def test_a_key_given_twice_in_the_file_is_told() -> None:
    problems("judge: {drop: 0.2}\njudge: {drop: 0.3}")
