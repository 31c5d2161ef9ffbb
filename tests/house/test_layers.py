"""Every room of `monitor/` stands in the layers of pyproject.toml: what is not named there may import anything."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_room_stands_in_the_layers() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (layers,) = (
        contract["layers"]
        for contract in settings["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    )
    named = [name.strip() for layer in layers for name in layer.replace(":", "|").split("|")]
    monitor = ROOT / "monitor"
    rooms = {f"monitor.{path.name}" for path in monitor.iterdir() if (path / "__init__.py").exists()}
    rooms |= {
        f"monitor.{path.stem}" for path in monitor.glob("*.py") if path.stem not in ("__init__", "__main__")
    }
    assert len(named) == len(set(named))
    assert set(named) == rooms | {"connectors", "reports"}


def test_commands_print_by_show_and_by_one_line_sentences_only() -> None:
    """What a command prints goes through `show`, or `say`, `note` and `warn`; only these know a console."""
    speakers = {"common", "console", "show", "pager", "progress", "logs", "main", "demo", "bash"}
    commands = [path for path in (ROOT / "monitor" / "cli").glob("*.py") if path.stem not in speakers]
    past = re.compile(
        r"\bprint\(|sys\.std(out|err)|import .*\b(out|err)\b|^import rich|^from rich", re.MULTILINE
    )
    assert len(commands) > 15
    assert [path.name for path in commands if past.search(path.read_text(encoding="utf-8"))] == []
