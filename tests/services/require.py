"""Optional services: a missing service is a visible skip, and a failure where ANCHORWATCH_REQUIRE names it."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import NoReturn, TypeVar

import pytest

Server = TypeVar("Server")
NAMES = (
    "embedded",
    "kafka",
    "postgresql",
    "alertmanager",
    "prometheus",
    "chromium",
    "pgbouncer",
    "cc",
    "mlflow",
    "apicurio",
    "spark",
)


class Missing(Exception):  # noqa: N818 - it is not an error on a laptop
    """A service that this machine can't run, and why."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name = name
        self.why = why


def required(name: str) -> bool:
    """Whether ANCHORWATCH_REQUIRE, a list with commas, names this service."""
    assert name in NAMES, f"unknown service {name}"
    return name in {part.strip() for part in os.environ.get("ANCHORWATCH_REQUIRE", "").split(",")}


def skip_or_fail(missing: Missing) -> NoReturn:
    """Skip the test, or fail it where the service is required."""
    if required(missing.name):
        pytest.fail(f"{missing} (and ANCHORWATCH_REQUIRE names it)")
    pytest.skip(str(missing))


@contextmanager
def running(server: AbstractContextManager[Server]) -> Iterator[Server]:
    """The server while it runs; a skip, or a failure where it is required, if this machine has none."""
    with ExitStack() as servers:
        try:
            started = servers.enter_context(server)
        except Missing as missing:
            skip_or_fail(missing)
        yield started
