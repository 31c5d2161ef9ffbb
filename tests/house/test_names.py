"""One word, one meaning: a public class has a name of its own in the whole product.

A port and its implementations may share a name: an implementation subclasses its port.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("monitor", "connectors", "reports")


class Definition(NamedTuple):
    """A public class: where it is defined, and the full names of what it subclasses."""

    module: str
    name: str
    bases: frozenset[str]


def definitions(source: str, module: str) -> Iterator[Definition]:
    """The public classes at the top of a module."""
    tree = ast.parse(source)
    imported = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            bases = {_full(base, imported) for base in node.bases}
            yield Definition(module, node.name, frozenset(bases))


def _full(base: ast.expr, imported: dict[str, str]) -> str:
    """`ports.Store` as `monitor.evaluate.ports.Store`, given what the module imports."""
    first, dot, rest = ast.unparse(base).partition(".")
    return imported.get(first, first) + dot + rest


def clashes(defined: list[Definition]) -> dict[str, list[str]]:
    """The names that several classes have, and where; what implements a class of its own name is no clash."""
    by_name: dict[str, list[Definition]] = defaultdict(list)
    for each in defined:
        by_name[each.name].append(each)
    clashing = {}
    for name, alike in by_name.items():
        places = {f"{each.module}.{name}" for each in alike}
        own = sorted(each.module for each in alike if not each.bases & places)
        if len(own) > 1:
            clashing[name] = own
    return clashing


def product() -> list[Definition]:
    """Every public class of the product."""
    return [
        definition
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        for definition in definitions(
            path.read_text(encoding="utf-8"), ".".join(path.relative_to(ROOT).with_suffix("").parts)
        )
    ]


def test_every_public_class_has_a_name_of_its_own() -> None:
    clashing = clashes(product())
    assert not clashing, "\n".join(f"{name}: {', '.join(modules)}" for name, modules in clashing.items())


PORT = "class Store(Protocol): ..."
IMPORTS = "from monitor.evaluate.ports import Store as Port\nfrom monitor.evaluate import ports\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("class Store: ...", {"Store": ["connectors.store", "monitor.evaluate.ports"]}),
        (f"{IMPORTS}class Store(Port): ...", {}),
        (f"{IMPORTS}class Store(ports.Store): ...", {}),
        ("class _Store: ...\nclass Other: ...", {}),
    ],
)
def test_only_an_implementation_may_have_the_name_of_its_port(
    source: str, expected: dict[str, list[str]]
) -> None:
    defined = [*definitions(PORT, "monitor.evaluate.ports"), *definitions(source, "connectors.store")]
    assert clashes(defined) == expected
