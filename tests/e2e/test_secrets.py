"""No command and no log line ever holds a secret, however loud the logs and whatever goes wrong."""

import base64
import json
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, quote_plus

import pytest
import yaml
from pytest_httpserver import HTTPServer

from monitor.errors import ConfigError
from monitor.settings.load import load
from tests.e2e.agent import environment
from tests.services import forked
from tests.services.guarded_kafka import KEY_PASSWORD, PASSWORD, USER, GuardedKafka
from tests.services.kafka_tools import create_topic, new_name

REPOSITORY = Path(__file__).parent.parent.parent
WRONG, OAUTH = "not-the-broker's-password", "the-oauth-clients-secret"
DATABASE = "the-databases-password"
SLACK = "T0WORK/B0SPACE/XsecretXsecretXsecret"
SIGNING = "whsec_" + base64.b64encode(b"thirty-two bytes to sign with...").decode()
SECRETS = (PASSWORD, KEY_PASSWORD, WRONG, OAUTH, DATABASE, SLACK, SLACK.split("/")[2], SIGNING, SIGNING[6:])
COMMANDS = (["config", "show"], ["config", "check"], ["doctor"], ["run", "--once"])


class Done(NamedTuple):
    """How a command ended, and all it printed."""

    returncode: int
    stdout: str
    stderr: str


Runs = dict[str, Done]


@pytest.fixture
def topics(guarded: GuardedKafka) -> dict[str, str]:
    names = {"predictions": new_name("predictions"), "labels": new_name("labels")}
    for name in names.values():
        create_topic(guarded.broker.bootstrap, name)
    return names


def shouted(folder: Path, content: Mapping[str, Any], variables: Mapping[str, str] | None = None) -> Runs:
    """What every command says with this configuration."""
    config = folder / "anchorwatch.yaml"
    config.write_text(yaml.safe_dump(content), encoding="utf-8")

    def say(words: list[str]) -> Done:
        typed, more = [*words, "--config", str(config)], environment() | dict(variables or {})
        done = forked.run(typed, REPOSITORY, more, timeout_s=300, main="tests.e2e.loudest:loudly")
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    with ThreadPoolExecutor(2) as two:
        return dict(zip(map(" ".join, COMMANDS), two.map(say, COMMANDS), strict=True))


def forms(secret: str) -> set[str]:
    """How it might look after someone has written it down."""
    coded = {base64.b64encode(text.encode()).decode().rstrip("=") for text in (secret, f"{USER}:{secret}")}
    return {secret, quote(secret, safe=""), quote_plus(secret), *coded}


def leaks(*texts: str) -> list[str]:
    return [secret for secret in SECRETS for form in forms(secret) if any(form in text for text in texts)]


def assert_nothing_leaks(runs: Runs) -> None:
    for command, done in runs.items():
        assert leaks(done.stdout, done.stderr) == [], command


def test_in_files_while_all_is_well(guarded: GuardedKafka, topics: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "slack").write_text(f"https://hooks.slack.com/services/{SLACK}")
    (tmp_path / "signing").write_text(SIGNING)
    section = guarded.mutual_tls() | guarded.password("PLAIN") | {"topics": topics}
    del section["ssl_password"], section["sasl_plain_password"]
    section |= {"ssl_password_file": str(guarded.key_password_file)}
    section |= {"sasl_plain_password_file": str(guarded.password_file)}
    sinks = [
        {"kind": "slack", "url_file": str(tmp_path / "slack")},
        {"kind": "webhook", "url": "http://127.0.0.1:9/page", "secret_file": str(tmp_path / "signing")},
    ]
    content = {"kafka": section, "sinks": sinks, "database": {"url": f"sqlite:///{tmp_path}/watch.db"}}

    runs = shouted(tmp_path, content)

    assert [done.returncode for done in runs.values()] == [0, 0, 1, 0], runs["run --once"].stderr[-2000:]
    assert "DEBUG kafka.net" in runs["run --once"].stderr  # it was loud indeed
    assert "broker" in runs["doctor"].stdout
    assert_nothing_leaks(runs)


def test_in_the_configuration_while_the_broker_refuses_them(
    guarded: GuardedKafka, topics: dict[str, str], tmp_path: Path
) -> None:
    content = {
        "kafka": guarded.mutual_tls()
        | guarded.password("PLAIN")
        | {"sasl_plain_password": WRONG, "topics": topics},
        "sinks": [
            {"kind": "slack", "url": f"https://hooks.slack.com/services/{SLACK}"},
            {"kind": "webhook", "url": "http://127.0.0.1:9/page", "secrets": [SIGNING, SIGNING[6:]]},
        ],
        "database": {"url": f"sqlite:///{tmp_path}/watch.db"},
    }

    runs = shouted(tmp_path, content)

    assert [done.returncode for done in runs.values()] == [0, 0, 1, 5]
    assert "does not accept the user or the password" in runs["doctor"].stdout
    assert_nothing_leaks(runs)


def test_in_the_environment_while_the_database_and_the_token_server_refuse_them(
    guarded: GuardedKafka, topics: dict[str, str], tmp_path: Path, httpserver: HTTPServer
) -> None:
    echo = json.dumps({"error": "invalid_client", "error_description": f"no {OAUTH} here"})
    httpserver.expect_request("/token").respond_with_data(echo, status=401)
    section = guarded.mutual_tls() | guarded.oauth() | {"topics": topics}
    del section["ssl_password"]
    section |= {"oauth_token_url": httpserver.url_for("/token"), "oauth_client_id": USER}
    variables = {
        "ANCHORWATCH_KAFKA__OAUTH_CLIENT_SECRET": OAUTH,
        "ANCHORWATCH_KAFKA__SSL_PASSWORD": KEY_PASSWORD,
        "ANCHORWATCH_DATABASE__URL": f"postgresql://{USER}:{DATABASE}@127.0.0.1:9/none",
        "ANCHORWATCH_SINKS": json.dumps(
            [{"kind": "slack", "url": f"https://hooks.slack.com/services/{SLACK}"}]
        ),
    }

    runs = shouted(tmp_path, {"kafka": section}, variables)

    assert [done.returncode for done in runs.values()] == [0, 0, 1, 5]
    assert "gave no token: it answered 401 invalid_client" in runs["doctor"].stdout
    assert_nothing_leaks(runs)


@pytest.mark.parametrize(
    "text",
    [
        'kafka:\n  sasl_plain_password: "SECRET\n  topics: [',
        "kafka:\n  sasl_plain_password: %SECRET\n",
        "kafka:\n  sasl_plain_password: *SECRET\n",
        "kafka:\n  sasl_plain_password: !SECRET\n",
        "kafka:\n  sasl_plain_password: @SECRET\n",
        "kafka: {sasl_plain_password: SECRET, sasl_plain_password: [SECRET}\n",
        "kafka: {sasl_plain_password: [SECRET]}\n",
        "kafka: SECRET\n",
        "sinks: [SECRET]\n",
        "sinks: [{kind: slack, url: [SECRET]}]\n",
        "sinks: [{kind: webhook, url: http://a, secrets: SECRET}]\n",
        "database: SECRET\n",
    ],
)
def test_a_configuration_that_cannot_be_read_is_reported_without_its_lines(tmp_path: Path, text: str) -> None:
    (tmp_path / "aw.yaml").write_text(text.replace("SECRET", WRONG.replace("'", "")), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "aw.yaml")
    assert "aw.yaml" in str(caught.value)
    assert WRONG.replace("'", "") not in str(caught.value)


@pytest.mark.parametrize("terminal", [True, False])
def test_a_traceback_in_the_log_does_not_hold_the_values_of_variables(terminal: bool) -> None:
    code = f"""
import sys, structlog
from monitor.cli.logs import log_to_stderr
sys.stderr.isatty = lambda: {terminal}
log_to_stderr()
def deliver(url):
    raise RuntimeError("it broke")
try:
    deliver("".join(reversed({SLACK[::-1]!r})))
except RuntimeError:
    structlog.get_logger().exception("a job failed")
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "it broke" in done.stderr
    assert leaks(done.stderr) == []
