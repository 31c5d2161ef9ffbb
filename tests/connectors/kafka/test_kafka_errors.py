"""Why Kafka refused: from kafka-python's log lines, and provoked on a real broker with TLS and SASL."""

import logging
import socket
import threading
import time
from typing import Any

import pytest

from connectors.kafka.admin import cluster_id
from connectors.kafka.client import BOOTSTRAP_TIMEOUT_MS
from connectors.kafka.errors import REFUSED_S, explain_refusal, listening
from monitor.errors import ConfigError, UnavailableError
from tests.services.guarded_kafka import GuardedKafka

pytestmark = pytest.mark.usefixtures("refused")

LINE = "Bootstrap connection to bootstrap-0 failed: KafkaConnectionError: {} (backoff 0.05 secs)"


@pytest.mark.parametrize(
    ("reason", "what", "todo"),
    [
        (
            "SaslAuthenticationFailedError: [Error 58]",
            "does not accept the user or the password",
            "sasl_plain_password",
        ),
        (
            "[Error 33] UnsupportedSaslMechanismError: PLAIN",
            "does not offer this way to log in",
            "sasl_mechanism",
        ),
        (
            "[SSL: CERTIFICATE_VERIFY_FAILED] unable to get local issuer",
            "not signed by an authority",
            "ssl_cafile",
        ),
        (
            "[SSL: SSLV3_ALERT_BAD_CERTIFICATE] alert bad certificate",
            "wants a client certificate",
            "ssl_certfile",
        ),
        ("[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred", "does not speak TLS", "security_protocol"),
        ("socket disconnected", "hung up on the first word", "security_protocol"),
        ("Invalid frame length: 352518912", "hung up on the first word", "security_protocol"),
        ("111 ECONNREFUSED", "nothing listens at broker:9092", "kafka.bootstrap_servers"),
    ],
)
def test_each_known_refusal_says_what_where_and_what_to_do(reason: str, what: str, todo: str) -> None:
    text = explain_refusal(["Attempting bootstrap", LINE.format(reason)], "broker:9092")
    assert what in text
    assert "broker:9092" in text
    assert todo in text


def test_a_certificate_for_another_name_is_distinguished_from_an_unknown_authority() -> None:
    reason = "[SSL: CERTIFICATE_VERIFY_FAILED] Hostname mismatch, certificate is not valid for 'broker'"
    assert "made out to another name" in explain_refusal([LINE.format(reason)], "broker:9092")


def test_a_lost_connection_during_a_login_points_to_the_password() -> None:
    assert "sasl_plain_password" in explain_refusal(
        [LINE.format("socket disconnected")], "broker:9092", "SASL_SSL"
    )


def test_an_unknown_refusal_is_quoted() -> None:
    assert "(something new)" in explain_refusal(["something new"], "broker:9092")
    assert "did not answer in time." in explain_refusal([], "broker:9092")


def test_a_refusal_is_reported_within_ten_seconds() -> None:
    assert BOOTSTRAP_TIMEOUT_MS < 10_000


def test_nothing_listening_is_reported_and_leaves_nothing_behind(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound but not listening: nobody else can take it
        with pytest.raises(UnavailableError, match="nothing listens at 127"):
            cluster_id(
                {"bootstrap_servers": f"127.0.0.1:{held.getsockname()[1]}", "bootstrap_timeout_ms": 900}
            )
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("kafka-io")]
    assert capfd.readouterr().err == ""
    assert logging.getLogger("kafka.net.manager").level == logging.NOTSET


def refusal(client: dict[str, Any], **changed: str | int | None) -> str:
    began = time.monotonic()
    with pytest.raises(UnavailableError) as caught:
        cluster_id({**client, **changed})
    assert time.monotonic() - began < REFUSED_S + 3
    return str(caught.value)


def test_each_door_opens_with_what_belongs_to_it(guarded: GuardedKafka) -> None:
    doors = [guarded.tls(), guarded.mutual_tls(), guarded.password(), guarded.password("PLAIN")]
    assert len({cluster_id(door) for door in doors}) == 1


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-512"])
def test_a_wrong_password_is_reported(guarded: GuardedKafka, mechanism: str) -> None:
    problem = refusal(guarded.password(mechanism), sasl_plain_password="wrong")
    assert "does not accept the user or the password" in problem
    assert "sasl_plain_password" in problem


def test_a_mechanism_that_the_broker_lacks_is_reported(guarded: GuardedKafka) -> None:
    problem = refusal(guarded.password(), sasl_mechanism="SCRAM-SHA-256")
    assert "does not offer this way to log in" in problem
    assert "sasl_mechanism" in problem


def test_an_authority_we_do_not_trust_is_reported(guarded: GuardedKafka) -> None:
    assert "not signed by an authority" in refusal(guarded.tls(), ssl_cafile=guarded.other_authority)


def test_a_missing_client_certificate_is_reported(guarded: GuardedKafka) -> None:
    problem = refusal(guarded.mutual_tls(), ssl_certfile=None, ssl_keyfile=None)
    assert "wants a client certificate" in problem


def test_tls_to_a_plaintext_port_is_reported(guarded: GuardedKafka) -> None:
    assert "does not speak TLS" in refusal(guarded.tls(), bootstrap_servers=guarded.broker.bootstrap)


def test_plaintext_to_a_tls_port_is_reported(guarded: GuardedKafka) -> None:
    assert "hung up on the first word" in refusal(guarded.tls(), security_protocol="PLAINTEXT")


@pytest.mark.parametrize("password", [None, "wrong"])
def test_a_key_that_does_not_open_is_a_configuration_error_and_nobody_is_asked_for_its_password(
    guarded: GuardedKafka, password: str | None
) -> None:
    with pytest.raises(ConfigError, match=r"kafka.ssl_keyfile: .* is kafka.ssl_password right"):
        cluster_id(guarded.mutual_tls() | {"ssl_password": password})


def test_a_client_that_lives_is_not_ended_by_another_one_that_is_refused() -> None:
    manager = logging.getLogger("kafka.net.manager")
    with listening(give_up=True) as lines:
        manager.warning(LINE.format("SaslAuthenticationFailedError"))
    assert lines == [LINE.format("SaslAuthenticationFailedError")]
