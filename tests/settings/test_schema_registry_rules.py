"""The rules of the schema registry: each broken one in its exact words."""

from typing import Any

import pytest
import yaml

from monitor.settings.load import load
from tests.settings.configurations import problems, written

AVRO = {"name": "ml.predictions", "format": "avro"}
REGISTRY = {"url": "https://registry.example.org"}


@pytest.mark.parametrize(
    ("registry", "problem"),
    [
        (
            None,
            "kafka.schema_registry: kafka.topics.predictions is avro, whose schemas are in a schema registry; write its"
            " url",
        ),
        ({"url": "registry"}, "kafka.schema_registry.url: must be an address; write https://HOST/PATH"),
        ({"url": "http://[registry"}, "kafka.schema_registry.url: is malformed; write https://HOST/PATH"),
        (
            {"url": "https://a:b@registry"},
            "kafka.schema_registry.url: must not hold a user or a password; use username and password",
        ),
        (
            {"url": "http://registry", "token": "t"},
            "kafka.schema_registry.url: must be https, since a secret is sent there; only a loopback address may be"
            " http",
        ),
        (
            {"url": "http://registry", "cafile": "ca.pem"},
            "kafka.schema_registry.cafile: has no effect with http; remove it or write https",
        ),
        (REGISTRY | {"username": "a"}, "kafka.schema_registry: a login needs both username and password"),
        (REGISTRY | {"password": "p"}, "kafka.schema_registry: a login needs both username and password"),
        (
            REGISTRY | {"username": "a", "password": "p", "token": "t"},
            "kafka.schema_registry.token: give a token, or a username and a password, not both",
        ),
        (
            REGISTRY | {"token": "t", "token_file": "f"},
            "kafka.schema_registry.token: give token or token_file, not both",
        ),
        (
            REGISTRY | {"username": "a", "password": "p", "password_file": "f"},
            "kafka.schema_registry.password: give password or password_file, not both",
        ),
    ],
)
def test_each_rule_of_the_schema_registry_has_its_words(registry: object, problem: str) -> None:
    kafka = {"topics": {"predictions": AVRO}} | ({"schema_registry": registry} if registry else {})
    assert problems(yaml.safe_dump({"kafka": kafka})) == [problem]


def test_a_reader_of_what_is_not_avro_has_no_effect() -> None:
    topic = {"name": "p", "format": "json-schema", "reader": {"version": 2}}
    assert problems(yaml.safe_dump({"kafka": {"topics": {"predictions": topic}}})) == [
        "kafka.topics.predictions.reader.version: has no effect on json-schema, which says itself what it is;"
        " remove it"
    ]


@pytest.mark.parametrize(
    "more", [{}, {"token": "t"}, {"username": "a", "password_file": "f", "cafile": "ca.pem"}]
)
def test_a_sound_schema_registry_is_accepted(more: dict[str, Any]) -> None:
    kafka = {"topics": {"predictions": AVRO | {"reader": {"version": 2}}}, "schema_registry": REGISTRY | more}
    assert load(written(yaml.safe_dump({"kafka": kafka}))).kafka.schema_registry is not None
