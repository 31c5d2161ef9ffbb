"""Connect to Kafka: kafka-python's own options in, a consumer, producer or admin client out.

The only module that imports kafka-python, whose import warns about deprecations of its own.
"""

import os
import warnings
from collections.abc import Mapping
from typing import Any, TypeAlias

from connectors.kafka_errors import explain_refusal, listening, quiet
from monitor.errors import ConfigError, UnavailableError

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import kafka
    import kafka.errors
    from kafka.net.compat import KafkaNetClient

__all__ = ["Untyped", "bootstrap_of", "connect", "kafka"]

Untyped: TypeAlias = Any  # whatever is kafka-python's own: it has no stubs

# With it a refusal is told within ten seconds of the start.
BOOTSTRAP_TIMEOUT_MS = 8_000
_FILES = ("ssl_cafile", "ssl_certfile", "ssl_keyfile", "ssl_crlfile")


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
    options = {"bootstrap_timeout_ms": BOOTSTRAP_TIMEOUT_MS, "metrics_enabled": False, **client, **ours}
    known = {name: value for name, value in options.items() if name in kind.DEFAULT_CONFIG}
    nets: list[Any] = []

    def keep(**configs: Untyped) -> Untyped:
        nets.append(KafkaNetClient(**configs))
        return nets[-1]

    with listening() as lines:
        try:
            return kind(**known, kafka_client=keep)
        except (kafka.errors.KafkaConfigurationError, ValueError, TypeError, AssertionError) as error:
            _abandon(nets)
            raise ConfigError([f"kafka: {error}"]) from error
        except (kafka.errors.KafkaError, OSError) as error:
            _abandon(nets)
            told = [*lines, f"{type(error).__name__}: {error}"]
    # Raised out here, since kafka-python's error holds on to the sockets of every attempt.
    protocol = str(options.get("security_protocol", "PLAINTEXT"))
    raise UnavailableError(explain_refusal(told, bootstrap_of(client), protocol))


def _check(client: Mapping[str, Any]) -> None:
    kinds = (kafka.KafkaConsumer, kafka.KafkaProducer, kafka.KafkaAdminClient)
    known = {name for kind in kinds for name in kind.DEFAULT_CONFIG}
    problems = [f"kafka.{name}: kafka-python has no such option" for name in client if name not in known]
    for name in _FILES:
        path = client.get(name)
        if path and not os.access(path, os.R_OK):
            problems.append(f"kafka.{name}: can't read the file {path}")
    if problems:
        raise ConfigError(problems)


def _abandon(nets: list[Any]) -> None:
    """A client whose constructor failed leaves its thread behind; end it."""
    for net in nets:
        net.close()
