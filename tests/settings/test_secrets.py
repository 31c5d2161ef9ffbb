"""No secret of a configuration is ever repeated, neither in a problem nor by `config show`."""

import json

import pytest
from typer.testing import CliRunner

from monitor.cli.main import cli
from monitor.settings.load import load
from tests.settings.configurations import SECRET, problems, written

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
    printed = CliRunner().invoke(cli, ["config", "show", "--config", str(file)])
    assert printed.exit_code == 0
    assert SECRET not in printed.output
    content = json.loads(printed.stdout)
    assert content["database"]["url"] == "**********"
    assert content["kafka"]["sasl_plain_password"] == "**********"
    assert content["sinks"][1]["secrets"] == ["**********"]
    assert content["judge"]["drop"] == 0.1


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
