"""Events a second from a filled topic to durable outcomes, beside a bare kafka-python loop on the same topic.

One topic is filled once; then, in turns, a bare consumer polls it and drops what it gets, and the agent
ingests it into a fresh database. Reported is the ratio of each such pair: a machine that others slow down slows both.
On PostgreSQL two agents then share what one had to do alone.
"""

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import NamedTuple

import msgspec

from benchmarks.ingest_agent import Run, ingest, preload
from benchmarks.ingest_events import START, fill
from benchmarks.report import Report, Row, Table, parser, publish
from connectors.kafka.client import FETCH_BYTES
from connectors.kafka.embedded import EmbeddedBroker
from tests.services.apache_kafka import ApacheKafka
from tests.services.postgresql import PostgreSQL
from tests.services.require import Missing

JOINED_S = 12.0  # by when two agents that are started together have their partitions
Database = Callable[[str | None], str]
"""The URL of a new database, like another where one is named."""


class Round(NamedTuple):
    """Seconds of a bare loop that fetches as kafka-python does and of one that fetches as the agent does; the agent."""

    alone_s: float
    alike_s: float
    run: Run


@contextmanager
def broker(kind: str) -> Iterator[str]:
    """The broker to read from."""
    if kind == "embedded":
        with EmbeddedBroker() as embedded:
            yield embedded.bootstrap
    else:
        with ApacheKafka() as apache:
            yield apache.bootstrap


@contextmanager
def databases(notes: list[str]) -> Iterator[dict[str, Database]]:
    """Where to store."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        found: dict[str, Database] = {"SQLite": lambda like: _sqlite(folder, like)}
        try:
            postgresql = stack.enter_context(PostgreSQL())
            found["PostgreSQL"] = lambda like: postgresql.new_database(like or "template1")
        except Missing as why:
            notes.append(f"PostgreSQL left out: {why}")
        yield found


def measure(options: argparse.Namespace) -> Iterator[Table]:
    """One table of single agents, one of two."""
    count = 20_000 if options.quick else options.events
    rounds = 1 if options.quick else options.rounds
    with broker(options.broker) as bootstrap, databases(options.notes) as found:
        rows = []
        for ids in options.ids:
            fill(bootstrap, f"events-{ids}", count, ids, seed=1)
            for (name, new), stored in product(found.items(), (0, 10 * count)):
                like = new(None)
                _run("--preload", str(stored), ids, like)
                taken = [_round(bootstrap, f"events-{ids}", count, new(like)) for _ in range(rounds)]
                rows.append(_row(f"{name}, {stored:,} stored", ids, count, taken))
        yield Table("from a filled topic to durable outcomes", rows)
        if "PostgreSQL" in found:
            for half in (1, 2):
                fill(bootstrap, f"half-{half}", count // 2, "uuid7", half, START - timedelta(days=half))
            like = found["PostgreSQL"](None)
            _run("--preload", "0", "uuid7", like)
            yield _two_agents(bootstrap, count // 2, lambda: found["PostgreSQL"](like), rounds)


def _sqlite(folder: Path, like: str | None) -> str:
    url = f"sqlite:///{folder / uuid.uuid4().hex}.db"
    if like:
        shutil.copy(like.removeprefix("sqlite:///"), url.removeprefix("sqlite:///"))
    return url


def _round(bootstrap: str, topic: str, count: int, url: str) -> Round:
    """The bare loops and the agent, each in a process of its own."""
    words = (bootstrap, topic, str(count))
    alone, alike = (float(_run(*words, fetch, of="ingest_bare")) for fetch in ("0", str(FETCH_BYTES)))
    return Round(alone, alike, _agent(bootstrap, [topic], count, url)())


def _agent(
    bootstrap: str, topics: Sequence[str], count: int, url: str, not_before: float = 0.0
) -> Callable[[], Run]:
    """Start an agent in a process of its own; gives its run, once that is over."""
    words = ["--task", bootstrap, ",".join(topics), str(count), url, str(not_before)]
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.ingest", *words], stdout=subprocess.PIPE, text=True
    )

    def result() -> Run:
        said, _ = process.communicate()
        assert process.returncode == 0, said
        return msgspec.json.decode(said.splitlines()[-1], type=Run)

    return result


def _run(*words: str, of: str = "ingest") -> str:
    command = [sys.executable, "-m", f"benchmarks.{of}", *words]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()[-1]


def _row(name: str, ids: str, count: int, rounds: Sequence[Round]) -> Row:
    ratios = sorted(each.alike_s / _seconds([each.run]) for each in rounds)
    runs = [each.run for each in rounds]
    return {
        "database": name,
        "ids": ids,
        "bare events/s": round(count / statistics.median(each.alike_s for each in rounds)),
        "ours events/s": round(count / statistics.median(_seconds([run]) for run in runs)),
        "same fetch": round(statistics.median(ratios), 2),
        "least": round(ratios[0], 2),
        "most": round(ratios[-1], 2),
        "kafka-python's fetch": round(
            statistics.median(each.alone_s / _seconds([each.run]) for each in rounds), 2
        ),
        "peak MiB": round(max(run.peak_mib for run in runs)),
        "CPU µs/event": round(statistics.median(run.cpu_s / count * 1e6 for run in runs), 1),
        **{
            part: round(statistics.median(run.shares.get(part, 0.0) for run in runs), 2)
            for part in ("poll", "decode", "save", "join")
        },
    }


def _two_agents(bootstrap: str, each: int, new: Callable[[], str], rounds: int) -> Table:
    """One agent reads two topics, then two agents one each, in turns."""
    gains, rows = [], []
    for _ in range(rounds):
        url = new()
        alone = [_agent(bootstrap, ["half-1", "half-2"], 2 * each, url)()]
        url, begin = new(), time.perf_counter() + JOINED_S
        started = [_agent(bootstrap, [f"half-{half}"], each, url, begin) for half in (1, 2)]
        together = [result() for result in started]
        gains.append(_seconds(alone) / _seconds(together))
        rows.append((alone, together))
    return Table(
        "two agents on PostgreSQL",
        [
            {
                "agents": len(runs[0]),
                "events/s": round(2 * each / statistics.median(map(_seconds, runs))),
                "times one": round(gain, 2),
                "CPU µs/event": round(
                    statistics.median(sum(run.cpu_s for run in of) / (2 * each) * 1e6 for of in runs), 1
                ),
            }
            for runs, gain in (
                ([alone for alone, _ in rows], 1.0),
                ([together for _, together in rows], statistics.median(gains)),
            )
        ],
    )


def _seconds(runs: Sequence[Run]) -> float:
    return max(run.ended for run in runs) - min(run.began for run in runs)


def main() -> None:
    """Run it."""
    options = parser(__doc__ or "")
    options.add_argument("--events", type=int, default=80_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--broker", choices=("kafka", "embedded"), default="kafka")
    options.add_argument("--ids", nargs="+", choices=("uuid7", "uuid4"), default=["uuid7"])
    options.add_argument("--task", nargs=5, help=argparse.SUPPRESS)
    options.add_argument("--preload", nargs=3, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.preload:
        stored, ids, url = given.preload
        preload(int(stored), ids, url)
        sys.stdout.write("done\n")
        return
    if given.task:
        bootstrap, topics, count, url, not_before = given.task
        run = ingest(bootstrap, topics.split(","), int(count), url, float(not_before))
        run.peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        sys.stdout.write(json.dumps(msgspec.to_builtins(run)) + "\n")
        return
    given.notes = [
        f"a fifth of the predictions labelled; {given.broker} broker; medians, least and most of {given.rounds} rounds;"
        " shares of the time: polling and decoding go on beside saving, which the join is part of"
    ]
    began = time.perf_counter()
    tables = list(measure(given))
    packages = ["kafka-python", "crc32c", "msgspec", "sqlalchemy", "psycopg"]
    publish(Report("ingest", tables, time.perf_counter() - began, given.quick, packages, given.notes), given)


if __name__ == "__main__":
    main()
