"""The tree: tests lie where what they test lies, share what they share in files of its own, and no file is long."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
LONGEST = 300

# Longer, and why.
LONG = {
    "connectors/sql/migrations/versions/0001_first_release.py": "a migration is one sequence of statements",
}
# Folders of tests that have no namesake among the packages, and what lies there.
OF_THEIR_OWN = {
    "contract": "one suite a port, for every implementation",
    "e2e": "the command as people start it",
    "fakes": "ports in memory",
    "house": "what holds for the tree itself",
    "services": "real servers to test against",
    "simulation": "the promises of the statistics",
}


def files() -> Iterator[Path]:
    for top in ("monitor", "connectors", "reports", "tests", "benchmarks"):
        yield from (ROOT / top).rglob("*.py")


def folders(top: Path) -> set[str]:
    """Every folder below that holds Python, by its path from there."""
    found = {path.parent.relative_to(top) for path in top.rglob("*.py")} - {Path()}
    return {str(parent) for path in found for parent in (path, *path.parents)} - {"."}


def test_no_file_is_longer_than_300_lines() -> None:
    lengths = {str(path.relative_to(ROOT)): path.read_bytes().count(b"\n") for path in files()}
    assert {name: length for name, length in lengths.items() if length > LONGEST and name not in LONG} == {}
    assert [name for name in LONG if lengths.get(name, 0) <= LONGEST] == [], "these are short by now"


def test_no_test_imports_from_a_test() -> None:
    """What two files of tests share lies in a third, which holds no tests."""
    imported = [
        f"{path.relative_to(ROOT)}: {module}"
        for path in (*TESTS.rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py"))
        for module in imports(path)
        if any(part.startswith("test_") for part in module.split("."))
    ]
    assert imported == []


def imports(path: Path) -> Iterator[str]:
    """Every module or name that a file imports, with its module's path."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names if alias.name.islower())
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_tests_mirror_the_tree() -> None:
    """Stations and rooms of `monitor/` lie at the top of tests/; the other packages under their own names."""
    counterparts = folders(ROOT / "monitor")
    for package in ("connectors", "reports", "benchmarks"):
        counterparts |= {package, *(f"{package}/{name}" for name in folders(ROOT / package))}
    strangers = {name for name in folders(TESTS) - counterparts if name.partition("/")[0] not in OF_THEIR_OWN}
    assert strangers == set()
    stations = folders(ROOT / "monitor")
    rooms = {name.partition("/")[2] for name in folders(TESTS) if name.startswith("contract/")}
    assert rooms <= stations


def test_every_room_of_the_domain_has_its_tests() -> None:
    rooms = folders(ROOT / "monitor" / "domain")
    assert {room for room in rooms if not list((TESTS / "domain" / room).glob("test_*.py"))} == set()
