"""Every way into a guarded Apache Kafka works; `doctor` and the start-up report each refusal."""

import base64
import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from subprocess import TimeoutExpired
from typing import Any, NamedTuple

import pytest
import yaml
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from connectors.kafka.dead_letters import KafkaDeadLetters
from connectors.kafka.options import kafka_options
from connectors.kafka.source import KafkaSource
from monitor.domain.events.types import DeadLetter
from monitor.settings.kafka import Kafka
from tests.contract.ingest.sources import drain, started
from tests.e2e.agent import environment
from tests.services import forked
from tests.services.guarded_kafka import GuardedKafka
from tests.services.kafka_tools import create_topic, new_name, produce, read_all

TOLD_WITHIN_S = 8.0  # and less than two to start, so within ten
ANSWER = datetime(2026, 11, 22, tzinfo=UTC)
Section = dict[str, Any]


def with_password_files(guarded: GuardedKafka, section: Section) -> Section:
    """The same door with its secrets in files."""
    files = {"sasl_plain_password": guarded.password_file, "ssl_password": guarded.key_password_file}
    return {
        f"{key}_file" if key in files else key: str(files.get(key, value)) for key, value in section.items()
    }


DOORS: dict[str, Callable[[GuardedKafka], Section]] = {
    "TLS": lambda guarded: guarded.tls(),
    "mutual TLS": lambda guarded: guarded.mutual_tls(),
    "mutual TLS, password in a file": lambda guarded: with_password_files(guarded, guarded.mutual_tls()),
    "PLAIN over TLS": lambda guarded: guarded.password("PLAIN"),
    "SCRAM over TLS": lambda guarded: guarded.password("SCRAM-SHA-512"),
    "SCRAM over TLS, password in a file": lambda guarded: with_password_files(guarded, guarded.password()),
}


@pytest.mark.parametrize("door", DOORS)
def test_events_are_read_and_dead_letters_written_through_every_door(
    guarded: GuardedKafka, door: str
) -> None:
    read_and_write(guarded, DOORS[door](guarded))


def read_and_write(guarded: GuardedKafka, section: Section) -> None:
    client = kafka_options(Kafka.model_validate(section), lambda: ANSWER)
    topic = new_name("events")
    create_topic(guarded.broker.bootstrap, topic)
    produce(guarded.broker.bootstrap, topic, 0, [{"value": b"one"}, {"value": b"two"}])
    quick = client | {"session_timeout_ms": 6_000, "heartbeat_interval_ms": 500}
    with closing(KafkaSource({topic: "prediction"}, new_name("group"), quick)) as source:
        (records,) = drain(started(source)).values()
        source.commit({records[-1].partition: 2})
    assert [record.value for record in records] == [b"one", b"two"]

    with closing(KafkaDeadLetters(client, "group")) as letters:
        letters.publish([DeadLetter(records[1], "not_json", "it is not", ANSWER)])
    assert [record.value for record in read_all(guarded.broker.bootstrap, f"{topic}.dlq")] == [b"two"]


def unsigned(claims: Section) -> str:
    """A token as Kafka's own validator for trying things out takes it."""
    parts = [{"alg": "none"}, claims]
    coded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*coded, ""])


@pytest.fixture
def token_server(httpserver: HTTPServer) -> HTTPServer:
    """Gives tokens to the client `agent`, of the scope that it asks for."""

    def answer(request: Request) -> Response:
        login = request.authorization
        if login is None or (login.username, login.password) != ("agent", "the-client-secret"):
            return Response('{"error":"invalid_client"}', status=401)
        now = int(time.time())  # noqa: TID251 - Kafka looks at its own clock
        claims = {"sub": "agent", "iat": now, "exp": now + 300, "scope": [request.form.get("scope", "")]}
        return Response(json.dumps({"access_token": unsigned(claims), "expires_in": 300}))

    httpserver.expect_request("/token", method="POST").respond_with_handler(answer)
    return httpserver


def with_tokens(guarded: GuardedKafka, server: HTTPServer, **changed: str) -> Section:
    return {
        **guarded.oauth(),
        "oauth_token_url": server.url_for("/token"),
        "oauth_client_id": "agent",
        "oauth_client_secret": "the-client-secret",
        "oauth_scope": "kafka",
        **changed,
    }


def test_a_token_of_the_token_server_opens_the_door(guarded: GuardedKafka, token_server: HTTPServer) -> None:
    read_and_write(guarded, with_tokens(guarded, token_server))
    assert len(token_server.log) == 1  # for a consumer, a producer and two admin clients


class Refused(NamedTuple):
    """A way to be refused, and what has to be reported."""

    section: Callable[[GuardedKafka], Section]
    what: str
    todo: str


def nobody_at(_guarded: GuardedKafka) -> Section:
    return {"bootstrap_servers": f"127.0.0.1:{UNUSED.getsockname()[1]}"}


UNUSED = socket.socket()  # bound but not listening: nobody else can take it
REFUSALS = {
    "a wrong password": Refused(
        lambda guarded: guarded.password() | {"sasl_plain_password": "wrong"},
        "does not accept the user or the password",
        "sasl_plain_password",
    ),
    "an unsupported mechanism": Refused(
        lambda guarded: guarded.password() | {"sasl_mechanism": "SCRAM-SHA-256"},
        "does not offer this way to log in",
        "Set sasl_mechanism",
    ),
    "a wrong authority": Refused(
        lambda guarded: guarded.tls() | {"ssl_cafile": guarded.other_authority},
        "not signed by an authority we trust",
        "Set ssl_cafile",
    ),
    "a missing client certificate": Refused(
        lambda guarded: guarded.tls() | {"bootstrap_servers": guarded.broker.address("MTLS")},
        "wants a client certificate",
        "Set ssl_certfile and ssl_keyfile",
    ),
    "TLS to a plaintext port": Refused(
        lambda guarded: guarded.tls() | {"bootstrap_servers": guarded.broker.bootstrap},
        "does not speak TLS and we do",
        "set security_protocol to PLAINTEXT",
    ),
    "plaintext to a TLS port": Refused(
        lambda guarded: {"bootstrap_servers": guarded.broker.address("TLS")},
        "hung up on the first word",
        "Set security_protocol to SSL",
    ),
    "nothing listening": Refused(nobody_at, "nothing listens at", "kafka.bootstrap_servers"),
}


@pytest.fixture(scope="module", autouse=True)
def _unused_port() -> Iterator[None]:
    UNUSED.bind(("127.0.0.1", 0))
    yield
    UNUSED.close()


@pytest.mark.parametrize("refusal", REFUSALS)
def test_each_refusal_is_reported_by_the_doctor_and_at_start_up_within_ten_seconds(
    guarded: GuardedKafka, tmp_path: Path, refusal: str
) -> None:
    section, what, todo = REFUSALS[refusal]
    config = configured(tmp_path, section(guarded))

    with ThreadPoolExecutor() as both:
        asked = both.submit(timed, "doctor", "--json", "--config", config)
        begun = both.submit(timed, "run", "--config", config, "--set", "database.url=sqlite:///run.db")

    examined = asked.result()
    assert examined.code == 1, examined.err
    (broker,) = [finding for finding in json.loads(examined.out) if finding["what"] == "broker"]
    assert broker["health"] == "bad"
    assert what in broker["detail"]
    assert todo in broker["detail"]
    assert examined.took_s < TOLD_WITHIN_S

    refused = begun.result()
    assert refused.code == 5, refused.err
    *begin, error = refused.err.splitlines()
    assert [json.loads(line)["event"] for line in begin][::2] == ["reads events", "pages"]
    assert error.startswith("error: ")
    assert what in error
    assert todo in error
    assert refused.took_s < TOLD_WITHIN_S


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"oauth_client_secret": "wrong"}, "gave no token: it answered 401 invalid_client"),
        ({"oauth_scope": "something-else"}, "does not accept our token"),
        ({"oauth_token_url": "http://127.0.0.1:9/token"}, "did not answer (ConnectError)"),
    ],
)
def test_a_token_that_is_not_given_or_not_taken_is_reported_by_the_doctor(
    guarded: GuardedKafka, token_server: HTTPServer, tmp_path: Path, changed: dict[str, str], message: str
) -> None:
    config = configured(tmp_path, with_tokens(guarded, token_server, **changed))
    examined = timed("doctor", "--config", config)
    assert examined.code == 1
    assert message in examined.out
    assert "oauth_" in examined.out


def configured(folder: Path, section: Section) -> str:
    content = {"kafka": section, "database": {"url": "sqlite:///watch.db"}}
    (folder / "anchorwatch.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    return str(folder / "anchorwatch.yaml")


class Done(NamedTuple):
    """How a command ended, and the seconds it took without those in which others had the processors."""

    code: int
    out: str
    err: str
    took_s: float


def timed(*words: str) -> Done:
    """`anchorwatch WORDS` beside its configuration."""
    folder = Path(words[words.index("--config") + 1]).parent
    out, err = (folder / f"{words[0]}.{name}" for name in ("out", "err"))
    streams = [(os.devnull, forked.READ), (str(out), forked.NEW), (str(err), forked.NEW)]
    process = forked.Forked(words, folder, environment(), streams)
    began, queued = time.monotonic(), 0.0
    while process.poll() is None:
        queued = max(queued, queued_s(process.pid))
        with suppress(TimeoutExpired):
            process.wait(0.05)
    took_s = time.monotonic() - began - queued
    return Done(process.wait(), out.read_text(), err.read_text(), took_s)


def queued_s(pid: int) -> float:
    """How long a process has waited for a processor, where the system knows."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0
