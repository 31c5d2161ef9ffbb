"""One word, one meaning: a public class, or alias of a type, has a name of its own in the whole product.

A port and its implementations may share a name: an implementation subclasses its port.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("monitor", "connectors", "reports")
TYPE_STATEMENT = getattr(ast, "TypeAlias", ())  # `type X = ...`, from Python 3.12 on
CAP_WORDS = re.compile("[A-Z]+[a-z][A-Za-z0-9]*")


class Definition(NamedTuple):
    """A public class or alias: where it is defined, and the full names of what it subclasses (an alias: nothing)."""

    module: str
    name: str
    bases: frozenset[str]


def definitions(source: str, module: str) -> Iterator[Definition]:
    """The public classes and aliases at the top of a module, under an `if` or `try` there too.

    An alias is whatever is assigned to a name in CapWords: a union, `Any`, a `TypeVar`, `NewType(...)`.
    """
    tree = ast.parse(source)
    imported = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    for node in _top(tree.body):
        if isinstance(node, ast.ClassDef):
            if not node.name.startswith("_"):
                bases = {_full(base, imported) for base in node.bases}
                yield Definition(module, node.name, frozenset(bases))
        else:
            for name in filter(CAP_WORDS.fullmatch, _assigned(node)):
                yield Definition(module, name, frozenset())


def _top(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module, with those of its conditions in their place."""
    for node in body:
        if isinstance(node, ast.If | ast.Try):
            handlers = [node_ for handler in getattr(node, "handlers", ()) for node_ in handler.body]
            yield from _top([*node.body, *handlers, *node.orelse])
        else:
            yield node


def _assigned(node: ast.stmt) -> Iterator[str]:
    """The names that a statement gives a value."""
    if isinstance(node, ast.Assign):
        targets: list[ast.expr] = node.targets
    elif isinstance(node, ast.AnnAssign):
        targets = [node.target]
    elif isinstance(node, TYPE_STATEMENT):
        targets = [node.name]
    else:
        targets = []
    yield from (target.id for target in targets if isinstance(target, ast.Name))


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
        own = sorted({each.module for each in alike if not each.bases & places})
        if len(own) > 1:
            clashing[name] = own
    return clashing


def product() -> list[Definition]:
    """Every public class and alias of the product."""
    return [
        definition
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        for definition in definitions(
            path.read_text(encoding="utf-8"), ".".join(path.relative_to(ROOT).with_suffix("").parts)
        )
    ]


def test_every_public_class_and_alias_has_a_name_of_its_own() -> None:
    clashing = clashes(product())
    assert not clashing, "\n".join(f"{name}: {', '.join(modules)}" for name, modules in clashing.items())


PORT = "class Store(Protocol): ..."
IMPORTS = "from monitor.evaluate.ports import Store as Port\nfrom monitor.evaluate import ports\n"


CLASH = {"Store": ["connectors.store", "monitor.evaluate.ports"]}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("class Store: ...", CLASH),
        (f"{IMPORTS}class Store(Port): ...", {}),
        (f"{IMPORTS}class Store(ports.Store): ...", {}),
        ("class _Store: ...\nclass Other: ...", {}),
        ("Store = A | B", CLASH),
        ("Store: TypeAlias = Any", CLASH),
        ('Store = NewType("Store", str)', CLASH),
        ('Store = TypedDict("Store", {})', CLASH),
        ("if TYPE_CHECKING:\n    Store = A\nelse:\n    Store = B", CLASH),
        (f"{IMPORTS}Store = A | Port", CLASH),
        ("STORE = 1\n_Store = A | B\nstore = A", {}),
        *([("type Store = A | B", CLASH)] if TYPE_STATEMENT else []),
    ],
)
def test_only_an_implementation_may_have_the_name_of_its_port(
    source: str, expected: dict[str, list[str]]
) -> None:
    defined = [*definitions(PORT, "monitor.evaluate.ports"), *definitions(source, "connectors.store")]
    assert clashes(defined) == expected
