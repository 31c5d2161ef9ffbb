"""What `status` costs at 30,000 cells: 1,000 intents, each as a whole and in 29 slices, on SQLite.

    python -m benchmarks.status [--database FILE] [--json FILE]

A hundred intents with their slices come to be by the agent's own ingest and evaluations of twelve weeks, of which some
break; the rest are copies of them under other names, each with some hits more, so that few are alike. Whole commands
are timed, imports and all, with their output in a file; each as a multiple of the floor of the same run, a process that
passes over all the rows of the cells and encodes the few columns of their verdicts with msgspec. Also shown is the same
command on a database of 30 cells: what it costs to start. Medians of three runs in turns. To make the database takes a
minute or two; `--database` keeps it.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from benchmarks.command_runs import CommandRun, command_run
from benchmarks.report import Report, Row, Table, parser, publish
from benchmarks.web_history import live_through, settings_of
from connectors.sql.counters import count_up
from connectors.sql.database import writing
from connectors.sql.dialect import Dialect
from connectors.sql.evaluate.cells import CELLS_CHANGED
from monitor.app.wiring import App, open_app
from monitor.domain.events.types import Design
from monitor.domain.recall.tally import Tally

SHAPE, COPIES, OUTCOMES = (
    (100, 29),
    10,
    120_000,
)  # intents and slices that are judged, and how often they are there
QUICK = (5, 4)
ROUNDS, PACKAGES = 3, ("sqlalchemy", "msgspec", "rich")
CONFIGURED = 'slices: [{name: channel, cap: 29, against: intent}]\nwatch: {intents: ["*"]}\n'
COMMANDS = (["status"], ["status", "--all", "--json"], ["status", "--all"])
FLOOR = """
import sqlite3, sys
import msgspec
rows = sqlite3.connect(sys.argv[1]).execute("SELECT * FROM cell")
at = [each[0] for each in rows.description].index("verdict")
sys.stdout.buffer.write(msgspec.json.encode([row[:4] + row[at : at + 2] for row in rows]))
"""


def fill(file: Path, shape: tuple[int, int], copies: int, outcomes: int) -> None:
    """Make the database, unless it is there."""
    if file.exists():
        return
    app = open_app(settings_of(f"sqlite:///{file}", shape[1]))
    live_through(app, outcomes, shape)
    for number in range(1, copies):
        _copy(app, number, number * shape[0])
    app.close()


def _copy(app: App, number: int, first: int) -> None:
    """Every intent's cells and promise once more, under the name of an intent so much further on."""
    with writing(app.engine) as connection:
        sql = Dialect(connection)
        for table in ("cell", "promise"):
            columns = [row[0] for row in sql.rows("SELECT name FROM pragma_table_info(?)", table)]
            kept = [name for name in columns if name not in ("id", "intent")]
            rows = [
                (f"intent_{int(intent.removeprefix('intent_')) + first:03}", *rest)
                for intent, *rest in sql.rows(f"SELECT intent, {', '.join(kept)} FROM {table}")
                if intent.startswith("intent_") and int(intent.removeprefix("intent_")) < first // number
            ]
            if table == "cell":
                at = kept.index("tally") + 1
                rows = [(*row[:at], _with_hits(row[at], number), *row[at + 1 :]) for row in rows]
            sql.many(f"INSERT INTO {table} (intent, {', '.join(kept)}) VALUES (?{', ?' * len(kept)})", rows)
        count_up(sql, CELLS_CHANGED, 1)


def _with_hits(stored: str, more: int) -> str:
    tally = msgspec.json.decode(stored, type=Tally)
    tally.count("a", "a", more, Design.UNIFORM, 1.0)
    return msgspec.json.encode(tally).decode()


def few(file: Path, into: Path) -> None:
    """The same database with 30 of its cells."""
    shutil.copy(file, into)
    app = open_app(settings_of(f"sqlite:///{into}"))
    with writing(app.engine) as connection:
        sql = Dialect(connection)
        sql.run(
            "DELETE FROM cell WHERE id > (SELECT max(id) FROM (SELECT id FROM cell ORDER BY id LIMIT 30) AS c)"
        )
    app.close()


def floor(file: Path) -> float:
    """Seconds of a process that reads every row, and writes what its verdict is."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", FLOOR, file], stdout=subprocess.PIPE, check=True)
    return time.perf_counter() - began


def measured(file: Path, folder: Path) -> list[Row]:
    """A row for the floor, and one for each command."""
    small = folder / "few.db"
    few(file, small)
    runs: dict[str, list[CommandRun]] = {}
    floors = []
    for _ in range(ROUNDS):
        floors.append(floor(file))
        runs.setdefault("status, of 30 cells", []).append(
            command_run(["status"], f"sqlite:///{small}", CONFIGURED)
        )
        for words in COMMANDS:
            runs.setdefault(" ".join(words), []).append(command_run(words, f"sqlite:///{file}", CONFIGURED))
    least = statistics.median(floors)
    rows: list[Row] = [
        {"command": "(the floor)", "s": round(least, 2), "by floor": 1.0, "peak MiB": None, "kB": None}
    ]
    for name, each in runs.items():
        seconds = statistics.median(run.seconds for run in each)
        rows.append(
            {
                "command": name,
                "s": round(seconds, 2),
                "by floor": round(seconds / least, 1),
                "peak MiB": round(max(run.peak_mib for run in each)),
                "kB": round(each[0].printed / 1000),
            }
        )
    return rows


def main(words: Sequence[str] | None = None) -> int:
    """Fill, ask, say what it took."""
    options = _options().parse_args(words)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        file = options.database or folder / "status.db"
        shape, copies, outcomes = (QUICK, 2, 2_000) if options.quick else (SHAPE, COPIES, OUTCOMES)
        fill(file, shape, copies, outcomes)
        cells = shape[0] * (shape[1] + 1) * copies
        table = Table(f"Status of {cells:,} cells", measured(file, folder))
    publish(Report("status", [table], time.monotonic() - began, options.quick, PACKAGES), options)
    return 0


def _options() -> argparse.ArgumentParser:
    options = parser(__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument(
        "--database", type=Path, metavar="FILE", help="make it there, or take the one that is there"
    )
    return options


if __name__ == "__main__":
    sys.exit(main())
