"""Which tests are quick, by the folder they lie in and the fixtures they use.

`service`: it uses a broker, a database server or a browser. `simulation`: it lies in tests/simulation.
`slow`: it lies in tests/e2e or tests/benchmarks, where whole processes run; a test of much arithmetic
elsewhere says `@pytest.mark.slow` itself. What has none of these marks is quick, and `make check` runs it.
"""

from collections.abc import Iterator, Sequence
from pathlib import PurePath

import pytest

SERVICE_FIXTURES = frozenset(
    {
        *("embedded_broker", "apache_kafka", "own_apache_kafka", "guarded"),
        *("postgresql", "own_postgresql", "chromium", "mlflow", "apicurio", "spark"),
    }
)
FOLDERS = {"e2e": "slow", "benchmarks": "slow", "simulation": "simulation"}
RANKS = ("slow", "simulation", "service")


def marks_of(path: PurePath, fixtures: Sequence[str], parameters: Sequence[object]) -> set[str]:
    """The marks of a test in a file below tests/.

    A fixture that runs on several services takes their fixtures' names as parameters, so these count too.
    """
    marks = {FOLDERS[part] for part in path.parts if part in FOLDERS}
    named = {*fixtures, *(parameter for parameter in parameters if isinstance(parameter, str))}
    return marks | ({"service"} if named & SERVICE_FIXTURES else set())


def mark(items: Sequence[pytest.Item], root: PurePath) -> None:
    """Mark every test, and keep a file's tests that share a fixture on the same worker."""
    for item in items:
        if not isinstance(item, pytest.Function):
            continue
        parameters = [*item.callspec.params.values()] if hasattr(item, "callspec") else []
        for name in marks_of(item.path.relative_to(root), item.fixturenames, parameters):
            item.add_marker(name)
        if any(scope in ("class", "module", "package") for scope in _scopes(item)):
            item.add_marker(pytest.mark.xdist_group(str(item.path)))


def longest_first(items: list[pytest.Item]) -> None:
    """Workers that begin with the long tests all end at about the same time."""
    items.sort(
        key=lambda item: min(
            (RANKS.index(marker.name) for marker in item.iter_markers() if marker.name in RANKS),
            default=len(RANKS),
        )
    )


def _scopes(item: pytest.Function) -> Iterator[str]:
    definitions = item._fixtureinfo.name2fixturedefs  # pytest has no public way to ask for a fixture's scope
    yield from (definition.scope for name in definitions for definition in definitions[name])
