"""The rules of the schema registry: each broken one as a sentence of where, what is wrong and what to do."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from monitor.settings.kafka import Kafka
from monitor.settings.registry import SchemaRegistrySettings
from monitor.settings.web import is_loopback

_HERE = "kafka.schema_registry"


def registry_problems(kafka: Kafka) -> Iterator[str]:
    """Every rule that the schema registry's settings break."""
    needed = [
        name
        for name, topic in (("predictions", kafka.topics.of_predictions), ("labels", kafka.topics.of_labels))
        if topic.format == "avro"
    ]
    registry = kafka.schema_registry
    if registry is None:
        if needed:
            yield (
                f"{_HERE}: kafka.topics.{needed[0]} is avro, whose schemas are in a schema registry; write its url"
            )
        return
    for key in ("password", "token"):
        if getattr(registry, key) is not None and getattr(registry, f"{key}_file") is not None:
            yield f"{_HERE}.{key}: give {key} or {key}_file, not both"
    password = registry.password is not None or registry.password_file is not None
    token = registry.token is not None or registry.token_file is not None
    if password != (registry.username is not None):
        yield f"{_HERE}: a login needs both username and password"
    if token and (password or registry.username is not None):
        yield f"{_HERE}.token: give a token, or a username and a password, not both"
    yield from _url_problems(registry, secret=token or password)


def _url_problems(registry: SchemaRegistrySettings, *, secret: bool) -> Iterator[str]:
    """What is wrong with the address, never repeating it: it may hold what it must not."""
    try:
        parts = urlsplit(registry.url)
        host = parts.hostname or ""
    except ValueError:
        yield f"{_HERE}.url: is malformed; write https://HOST/PATH"
        return
    if not host or parts.scheme not in ("http", "https"):
        yield f"{_HERE}.url: must be an address; write https://HOST/PATH"
    elif parts.username is not None or parts.password is not None:
        yield f"{_HERE}.url: must not hold a user or a password; use username and password"
    elif parts.scheme == "http" and secret and not is_loopback(host):
        yield (
            f"{_HERE}.url: must be https, since a secret is sent there; only a loopback address may be http"
        )
    elif registry.cafile is not None and parts.scheme == "http":
        yield f"{_HERE}.cafile: has no effect with http; remove it or write https"
