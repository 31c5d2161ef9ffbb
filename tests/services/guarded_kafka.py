"""An Apache Kafka with access control: TLS, client certificates, passwords and tokens."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from tests.services.apache_kafka import ApacheKafka, Listeners

USER, PASSWORD, KEY_PASSWORD = "agent", "the-right-password", "opens-the-key"
_MODULES = "org.apache.kafka.common.security"


class GuardedKafka:
    """The running broker, and the options with which each of its doors opens."""

    def __init__(self, broker: Listeners, folder: Path) -> None:
        self.broker = broker
        self.folder = folder
        self.other_authority = str(folder / "other.pem")
        self.password_file = folder / "password"
        self.key_password_file = folder / "key-password"

    def tls(self) -> dict[str, Any]:
        """Encrypted, and anyone may come."""
        return self._at("TLS", "SSL")

    def mutual_tls(self) -> dict[str, Any]:
        """With a client certificate and a password for its key."""
        certificate = {"ssl_certfile": f"{self.folder}/agent.pem", "ssl_keyfile": f"{self.folder}/agent.key"}
        return self._at("MTLS", "SSL") | certificate | {"ssl_password": KEY_PASSWORD}

    def password(self, mechanism: str = "SCRAM-SHA-512") -> dict[str, Any]:
        """With a user and a password over TLS: PLAIN or SCRAM-SHA-512."""
        return self._at("SASLTLS", "SASL_SSL") | {
            "sasl_mechanism": mechanism,
            "sasl_plain_username": USER,
            "sasl_plain_password": PASSWORD,
        }

    def oauth(self) -> dict[str, Any]:
        """With a token over TLS; where it comes from is the caller's."""
        return self._at("OAUTHTLS", "SASL_SSL") | {"sasl_mechanism": "OAUTHBEARER"}

    def _at(self, listener: str, protocol: str) -> dict[str, Any]:
        return {
            "bootstrap_servers": self.broker.address(listener),
            "security_protocol": protocol,
            "ssl_cafile": str(self.folder / "ca.pem"),
        }


@contextmanager
def guarded_kafka(folder: Path) -> Iterator[GuardedKafka]:
    """Run a guarded Apache Kafka, with certificates made for it.

    Raises:
        Missing: Apache Kafka can't run here.
    """
    ours, theirs = trustme.CA(), trustme.CA()
    ours.cert_pem.write_to_path(folder / "ca.pem")
    theirs.cert_pem.write_to_path(folder / "other.pem")
    agent = ours.issue_cert("agent@example.org")
    (folder / "agent.pem").write_bytes(agent.cert_chain_pems[0].bytes())
    (folder / "agent.key").write_bytes(_pkcs8(agent, BestAvailableEncryption(KEY_PASSWORD.encode())))
    own = ours.issue_cert("127.0.0.1")
    # Java reads only PKCS#8 keys.
    (folder / "broker.pem").write_bytes(_pkcs8(own, NoEncryption()) + own.cert_chain_pems[0].bytes())
    (folder / "password").write_text(PASSWORD + "\n")
    (folder / "key-password").write_text(KEY_PASSWORD + "\n")
    login = "listener.name.{}.sasl.jaas.config"
    broker = ApacheKafka(
        listeners={"TLS": "SSL", "MTLS": "SSL", "SASLTLS": "SASL_SSL", "OAUTHTLS": "SASL_SSL"},
        scram_users={USER: PASSWORD},
        settings={
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(folder / "broker.pem"),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(folder / "ca.pem"),
            "listener.name.mtls.ssl.client.auth": "required",
            "listener.name.sasltls.sasl.enabled.mechanisms": "SCRAM-SHA-512,PLAIN",
            login.format("sasltls.scram-sha-512"): f"{_MODULES}.scram.ScramLoginModule required;",
            login.format(
                "sasltls.plain"
            ): f'{_MODULES}.plain.PlainLoginModule required user_{USER}="{PASSWORD}";',
            "listener.name.oauthtls.sasl.enabled.mechanisms": "OAUTHBEARER",
            login.format("oauthtls.oauthbearer"): (
                f"{_MODULES}.oauthbearer.OAuthBearerLoginModule required"
                ' unsecuredLoginStringClaim_sub="broker" unsecuredValidatorRequiredScope="kafka";'
            ),
        },
    )
    with broker:
        yield GuardedKafka(broker, folder)


def _pkcs8(certificate: trustme.LeafCert, encryption: KeySerializationEncryption) -> bytes:
    key = load_pem_private_key(certificate.private_key_pem.bytes(), None)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
