"""Figures come in; tables on the screen, in JSON and in Markdown go out, with the machine they are from."""

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from rich.console import Console
from rich.table import Table as RichTable

Cell = str | int | float | bool | None
Row = dict[str, Cell]
GIB = 1024**3


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with the same keys; the keys are the columns. `data` goes into the JSON beside the rows."""

    title: str
    rows: Sequence[Row]
    notes: Sequence[str] = ()
    data: Sequence[dict[str, object]] = ()

    @property
    def columns(self) -> list[str]:
        """The keys of the first row."""
        return list(self.rows[0]) if self.rows else []


@dataclass(frozen=True, slots=True)
class Report:
    """The results of a benchmark, its seconds, and the packages it used."""

    name: str
    tables: Sequence[Table]
    seconds: float
    quick: bool = False
    packages: Sequence[str] = ()
    notes: Sequence[str] = field(default_factory=tuple)

    def to_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            "benchmark": self.name,
            "quick": self.quick,
            "seconds": round(self.seconds, 1),
            "machine": machine(),
            "versions": versions(self.packages),
            "notes": list(self.notes),
            "tables": [
                {"title": t.title, "notes": list(t.notes), "rows": list(t.rows), "data": list(t.data)}
                for t in self.tables
            ],
        }


def parser(description: str) -> argparse.ArgumentParser:
    """The options every benchmark has; add your own."""
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--quick", action="store_true", help="a smoke test: the figures mean nothing")
    options.add_argument("--json", type=Path, metavar="FILE", help="write everything measured to FILE")
    options.add_argument("--markdown", type=Path, metavar="FILE", help="write the tables to FILE")
    return options


def publish(report: Report, options: argparse.Namespace, console: Console | None = None) -> None:
    """Print the report, and write it where `--json` and `--markdown` say."""
    console = console or (Console() if sys.stdout.isatty() else Console(width=180))
    for table in report.tables:
        console.print(_rich(table))
        for note in table.notes:
            console.print(f"  {note}", style="dim", markup=False, highlight=False)
    for line in _footer(report):
        console.print(line, markup=False, highlight=False)
    if options.json:
        _write(options.json, json.dumps(report.to_dict(), indent=1) + "\n")
    if options.markdown:
        _write(options.markdown, _markdown(report))


def machine() -> dict[str, Cell]:
    """What the figures were measured on."""
    known = hasattr(os, "sysconf")  # not on Windows
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB if known else None
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_gib": round(memory, 1) if memory else None,
        "os": platform.platform(),
        "python": platform.python_version(),
    }


def versions(packages: Sequence[str]) -> dict[str, str | None]:
    """The version of each package used; None where it is missing."""
    return {name: _version(name) for name in packages}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _cpu() -> str:
    about = Path("/proc/cpuinfo")
    if about.exists():
        for line in about.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _text(value: Cell) -> str:
    if value is None:
        return "-"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _rich(table: Table) -> RichTable:
    rich = RichTable(title=table.title, title_justify="left")
    for index, column in enumerate(table.columns):
        rich.add_column(column, justify="right" if index else "left")
    for row in table.rows:
        rich.add_row(*(_text(value) for value in row.values()))
    return rich


def _footer(report: Report) -> list[str]:
    where = ", ".join(f"{key} {value}" for key, value in machine().items())
    with_what = ", ".join(f"{name} {v or 'missing'}" for name, v in versions(report.packages).items())
    lines = [*report.notes, f"{report.name}: {report.seconds:.0f} s on {where}", f"with {with_what}"]
    return [*lines, "QUICK RUN: a smoke test, these figures mean nothing"] if report.quick else lines


def _markdown(report: Report) -> str:
    lines: list[str] = []
    for table in report.tables:
        lines += [f"**{table.title}**", "", "| " + " | ".join(table.columns) + " |"]
        lines += ["|" + "---|" * len(table.columns)]
        lines += ["| " + " | ".join(_text(value) for value in row.values()) + " |" for row in table.rows]
        lines += ["", *table.notes, ""]
    return "\n".join([*lines, *_footer(report), ""])


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
