"""Connect to Kafka: kafka-python's own options in, a consumer, producer or admin client out.

The only module that imports kafka-python, whose import warns about deprecations of its own.
"""

import os
import ssl
import warnings
from collections.abc import Mapping
from typing import Any

from connectors.kafka.batches import Untyped, bear_strange_batches
from connectors.kafka.errors import RefusedError, explain_refusal, listening, quiet
from monitor.errors import ConfigError, UnavailableError

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import kafka
    import kafka.errors
    from kafka.consumer.fetcher import Fetcher, IsolationLevel
    from kafka.net.compat import KafkaNetClient
    from kafka.net.sasl.oauth import AbstractTokenProvider
    from kafka.net.transport import KafkaSSLTransport, KafkaTCPTransport
    from kafka.record import default_records
    from kafka.record.util import decode_varint

__all__ = [
    "AbstractTokenProvider",
    "Fetcher",
    "IsolationLevel",
    "Untyped",
    "bootstrap_of",
    "connect",
    "decode_varint",
    "kafka",
]

# How long silence is waited for. An answer that refuses us is told sooner (`kafka_errors`).
BOOTSTRAP_TIMEOUT_MS = 8_000
FETCH_BYTES = 4 * 1024 * 1024
_DEFAULTS = {
    "bootstrap_timeout_ms": BOOTSTRAP_TIMEOUT_MS,
    "reconnect_backoff_max_ms": 1_000,  # as Kafka's own client; kafka-python would wait for up to 30 s
    "metrics_enabled": False,
    # Kafka's own 1 MiB is some 3,000 events; more of them in one transaction cost less each.
    "max_partition_fetch_bytes": FETCH_BYTES,
}
_FILES = ("ssl_cafile", "ssl_certfile", "ssl_keyfile", "ssl_crlfile")


def _keep_last_words(transport: Untyped) -> None:
    """Read what a broker says before it hangs up, such as "wrong password".

    kafka-python 3.0.12 throws away what comes together with the end of the connection.
    """
    receive = transport._sock_recv

    def whole(self: Untyped) -> tuple[bytes, Exception | None]:
        data, error = receive(self)
        return data, None if data else error  # the next read finds the end again

    transport._sock_recv = whole


bear_strange_batches(default_records)
for _transport in (KafkaTCPTransport, KafkaSSLTransport):
    _keep_last_words(_transport)


def bootstrap_of(client: Mapping[str, Any]) -> str:
    """Name the brokers as a person would write them."""
    servers = client.get("bootstrap_servers", "localhost:9092")
    return servers if isinstance(servers, str) else ",".join(servers)


def connect(kind: Untyped, client: Mapping[str, Any], ours: Mapping[str, Any]) -> Untyped:
    """Connect one of kafka-python's clients (`kind`).

    `client` are the user's options, of which those that this kind does not know are left out; `ours` are
    what Anchorwatch needs and overrule them.

    Raises:
        ConfigError: an option that no client of kafka-python has, a file that is not there, a bad value.
        UnavailableError: the broker is not there or refuses us; says why and what to do.
    """
    quiet()
    _check(client)
    options = {**_DEFAULTS, **client, **ours}
    known = {name: value for name, value in options.items() if name in kind.DEFAULT_CONFIG}
    if (provider := options.get("sasl_oauth_token_provider")) is not None:
        provider.token()  # here, where its error can be told; kafka-python asks again and is given the same
    nets: list[Any] = []

    def keep(**configs: Untyped) -> Untyped:
        nets.append(KafkaNetClient(**configs))
        # kafka-python 3.0.12 drops its own option on the way: a topic that somebody deleted would come back
        # by our asking for it.
        nets[-1].cluster.config["allow_auto_create_topics"] = False
        return nets[-1]

    with listening(give_up=True) as lines:
        try:
            return kind(**known, kafka_client=keep)
        except (kafka.errors.KafkaConfigurationError, ValueError, TypeError, AssertionError) as error:
            _abandon(nets)
            raise ConfigError([f"kafka: {error}"]) from error
        except (kafka.errors.KafkaError, RefusedError, OSError) as error:
            _abandon(nets)
            reasons = [*lines, f"{type(error).__name__}: {error}"]
    # Raised out here, since kafka-python's error holds on to the sockets of every attempt.
    protocol = str(options.get("security_protocol", "PLAINTEXT"))
    mechanism = options.get("sasl_mechanism")
    raise UnavailableError(explain_refusal(reasons, bootstrap_of(client), protocol, mechanism))


def _check(client: Mapping[str, Any]) -> None:
    kinds = (kafka.KafkaConsumer, kafka.KafkaProducer, kafka.KafkaAdminClient)
    known = {name for kind in kinds for name in kind.DEFAULT_CONFIG}
    problems = [f"kafka.{name}: kafka-python has no such option" for name in client if name not in known]
    for name in _FILES:
        path = client.get(name)
        if path and not os.access(path, os.R_OK):
            problems.append(f"kafka.{name}: can't read the file {path}")
    if not problems and client.get("ssl_certfile"):
        problems += _certificate_problem(client)
    if problems:
        raise ConfigError(problems)


def _certificate_problem(client: Mapping[str, Any]) -> list[str]:
    """Open the client certificate as kafka-python will, which would ask for a missing password on a terminal."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(
            client["ssl_certfile"],
            client.get("ssl_keyfile"),
            password=lambda: client.get("ssl_password") or "",
        )
    except (ssl.SSLError, ValueError) as error:
        why = getattr(error, "reason", None) or type(error).__name__
        return [
            f"kafka.ssl_keyfile: the client certificate and its key can't be used ({why}); is kafka.ssl_password"
            " right, and does the key belong to ssl_certfile?"
        ]
    return []


def _abandon(nets: list[Any]) -> None:
    """A client whose constructor failed leaves its thread behind; end it."""
    for net in nets:
        net.close()
