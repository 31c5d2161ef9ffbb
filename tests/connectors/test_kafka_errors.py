"""Why Kafka refused: from kafka-python's log lines, and provoked on a real broker with TLS and SASL."""

import logging
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import trustme

from connectors.kafka_admin import cluster_id
from connectors.kafka_client import BOOTSTRAP_TIMEOUT_MS
from connectors.kafka_errors import explain_refusal
from monitor.errors import UnavailableError
from tests.services.apache_kafka import ApacheKafka
from tests.services.require import Missing, skip_or_fail

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


def test_a_certificate_for_another_name_is_told_from_an_unknown_authority() -> None:
    reason = "[SSL: CERTIFICATE_VERIFY_FAILED] Hostname mismatch, certificate is not valid for 'broker'"
    assert "made out to another name" in explain_refusal([LINE.format(reason)], "broker:9092")


def test_a_lost_connection_during_a_login_points_to_the_password() -> None:
    assert "sasl_plain_password" in explain_refusal(
        [LINE.format("socket disconnected")], "broker:9092", "SASL_SSL"
    )


def test_an_unknown_refusal_is_quoted() -> None:
    assert "(something new)" in explain_refusal(["something new"], "broker:9092")
    assert "did not answer in time." in explain_refusal([], "broker:9092")


def test_a_refusal_is_told_within_ten_seconds() -> None:
    assert BOOTSTRAP_TIMEOUT_MS < 10_000


def test_nothing_listening_is_told_and_leaves_nothing_behind(
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


class Guarded(NamedTuple):
    """A broker with a TLS listener for passwords and one for client certificates, and who may enter."""

    broker: ApacheKafka
    password: dict[str, Any]
    certificate: dict[str, Any]
    other_authority: str


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    folder = tmp_path_factory.mktemp("tls")
    ours, theirs = trustme.CA(), trustme.CA()
    ours.cert_pem.write_to_path(folder / "ca.pem")
    theirs.cert_pem.write_to_path(folder / "other.pem")
    ours.issue_cert("agent@example.org").private_key_and_cert_chain_pem.write_to_path(folder / "agent.pem")
    pkcs8(ours.issue_cert("127.0.0.1"), folder / "broker.pem")
    login = "org.apache.kafka.common.security.scram.ScramLoginModule"
    broker = ApacheKafka(
        listeners={"SASLTLS": "SASL_SSL", "MTLS": "SSL"},
        scram_users={"agent": "right"},
        settings={
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(folder / "broker.pem"),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(folder / "ca.pem"),
            "listener.name.mtls.ssl.client.auth": "required",
            "sasl.enabled.mechanisms": "SCRAM-SHA-512",
            "listener.name.sasltls.scram-sha-512.sasl.jaas.config": f"{login} required;",
        },
    )
    quick = {"bootstrap_timeout_ms": 1_500, "ssl_cafile": str(folder / "ca.pem")}
    try:
        with broker:
            yield Guarded(
                broker,
                {
                    **quick,
                    "bootstrap_servers": broker.address("SASLTLS"),
                    "security_protocol": "SASL_SSL",
                    "sasl_mechanism": "SCRAM-SHA-512",
                    "sasl_plain_username": "agent",
                    "sasl_plain_password": "right",
                },
                {
                    **quick,
                    "bootstrap_servers": broker.address("MTLS"),
                    "security_protocol": "SSL",
                    "ssl_certfile": str(folder / "agent.pem"),
                    "ssl_keyfile": str(folder / "agent.pem"),
                },
                str(folder / "other.pem"),
            )
    except Missing as missing:
        skip_or_fail(missing)


def test_the_right_password_and_the_right_certificate_get_in(guarded: Guarded) -> None:
    assert cluster_id(guarded.password) == cluster_id(guarded.certificate)


def refusal(client: dict[str, Any], **changed: str | int | None) -> str:
    with pytest.raises(UnavailableError) as caught:
        cluster_id({**client, **changed})
    return str(caught.value)


def test_a_wrong_password_is_told(guarded: Guarded) -> None:
    # Over TLS kafka-python may see the end of the connection before it has read Kafka's answer.
    told = refusal(guarded.password, sasl_plain_password="wrong")
    assert "does not accept the user or the password" in told or "hung up during the login" in told
    assert "sasl_plain_password" in told


def test_a_mechanism_that_the_broker_lacks_is_told(guarded: Guarded) -> None:
    told = refusal(guarded.password, sasl_mechanism="PLAIN")
    assert "does not offer this way to log in" in told or "hung up during the login" in told
    assert "sasl_mechanism" in told


def test_an_authority_we_do_not_trust_is_told(guarded: Guarded) -> None:
    assert "not signed by an authority" in refusal(guarded.password, ssl_cafile=guarded.other_authority)


def test_a_missing_client_certificate_is_told(guarded: Guarded) -> None:
    assert "wants a client certificate" in refusal(guarded.certificate, ssl_certfile=None, ssl_keyfile=None)


def test_tls_to_a_plaintext_port_is_told(guarded: Guarded) -> None:
    assert "does not speak TLS" in refusal(guarded.certificate, bootstrap_servers=guarded.broker.bootstrap)


def test_plaintext_to_a_tls_port_is_told(guarded: Guarded) -> None:
    assert "hung up on the first word" in refusal(guarded.certificate, security_protocol="PLAINTEXT")


def pkcs8(certificate: trustme.LeafCert, path: Path) -> None:
    """Java reads only PKCS#8 keys."""
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        load_pem_private_key,
    )

    key = load_pem_private_key(certificate.private_key_pem.bytes(), None)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(pem + certificate.cert_chain_pems[0].bytes())
