"""Optional services: a missing service is a visible skip, and a failure where ANCHORWATCH_REQUIRE names it."""

import os
from typing import NoReturn

import pytest

NAMES = ("embedded", "kafka", "postgresql", "alertmanager", "prometheus", "chromium", "pgbouncer", "cc")


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
