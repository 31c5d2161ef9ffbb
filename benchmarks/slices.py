"""The slice finder beside SliceLine and DivExplorer: what is found, what in vain, and how slowly?

    python -m benchmarks.slices [--rows 50000 [--incidents 1]] [--json FILE]

The incidents are those of `tests/simulation/planted.py`, one to three slices planted in each, and sets in
which nothing is planted; the same for every finder. Ours was built on such incidents, so it is at home
here. *First* and *first three*: a planted slice is exactly the first found, or among the first three. *All
planted*: of all planted slices, those among the first three. *Nothing planted*: of such sets, those in which
anything is declared.

Every finder looks at conjunctions of up to three conditions with at least five tickets, as ours does:

- Ours: `tickets` and then `leading` (the ranking alone) or `explain` (199 permutations, each cause taken out
  before the next). Declared is what `explain` calls significant. `tickets` is inside the seconds.
- SliceLine 0.3.0, with numba: k=3, max_l=3, min_sup=5, errors = misses. Its alpha weighs errors against size.
  At its own .6 only a slice with over two thirds of all misses scores above 0, so .9 is shown as well: of .6,
  .8, .9, .95 and .98 the best on other seeds, by the first three. It has no test: any slice it returns is
  declared.
- DivExplorer 0.2.6: false negative rate as a boolean outcome, FP-growth, redundancy pruning at .1 (of 0, .02,
  .05, .1 and .2 the best by the same rule). It has no depth limit of its own, but its miner has: `max_len` is
  set to 3 there. Kept is what diverges upwards with t of at least 2, and anything kept is declared; ordered
  by divergence, as it does itself, and by t. Both orders come from one run, so their seconds are the same.

Seconds are per incident, from the form of data that each finder reads; compiling and building that are not
included. The floor, in the same run, counts tickets and misses of all 1-, 2- and 3-way conjunctions with
NumPy's bincount, and tests nothing. A finder that takes longer than LIMIT for one incident is stopped, and
measured no more.
"""

import importlib
import importlib.util
import multiprocessing
import sys
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from benchmarks.report import Report, Row, Table, parser, publish
from benchmarks.slice_finders import FINDERS, FLOOR, SEED, Finder, Ready
from tests.simulation.planted import incident

SIZES = {40: 100, 80: 100, 160: 100, 320: 100, 1_000: 30, 50_000: 3}  # rows: incidents, and as many null sets
QUICK = {40: 3, 1_000: 2}
LIMIT = 120.0
CAUSES, SHARES = [1, 2, 3], [0.60, 0.25, 0.15]
PACKAGES = ("numpy", "scipy", "sliceline", "numba", "divexplorer", "pandas")


class Tried(NamedTuple):
    """A set of tickets searched by a finder: each name's answer compared with what was planted."""

    rows: int
    planted: int
    seconds: float
    first: list[bool]
    among: list[int]
    declared: list[bool | None]


def sets(sizes: Mapping[int, int]) -> Iterator[tuple[int, bool, int]]:
    """Rows, whether anything is planted, and a number: what every finder gets, in this order."""
    for rows, count in sorted(sizes.items()):
        for broken in (True, False):
            yield from ((rows, broken, number) for number in range(count))


def search(ready: Ready, sizes: Mapping[int, int], answers: Any) -> None:  # noqa: ANN401 - a connection
    """Search every set with a finder, in a process of its own."""
    warnings.simplefilter("ignore")
    ready(incident(100, 1, np.random.default_rng(SEED)).tickets)()  # what compiles itself does so here
    answers.send(None)
    for rows, broken, number in sets(sizes):
        rng = np.random.default_rng([SEED, rows, broken, number])
        made = incident(rows, int(rng.choice(CAUSES, p=SHARES)) if broken else 0, rng)
        work = ready(made.tickets)
        began = time.perf_counter()
        findings = work()
        seconds = time.perf_counter() - began
        first = [bool(finding.slices) and finding.slices[0] in made.planted for finding in findings]
        among = [sum(slice_ in finding.slices for slice_ in made.planted) for finding in findings]
        answers.send(
            Tried(rows, len(made.planted), seconds, first, among, [finding.declared for finding in findings])
        )
    answers.close()


def tries(finder: Finder, sizes: Mapping[int, int], limit: float = LIMIT) -> tuple[list[Tried], str]:
    """What a finder did, and why it did no more: it took too long, or it failed."""
    processes = multiprocessing.get_context("spawn")
    ours, theirs = processes.Pipe(duplex=False)
    child = processes.Process(target=search, args=(finder.ready, sizes, theirs))
    child.start()
    theirs.close()
    done: list[Tried] = []
    why = ""
    try:
        ours.recv()  # it has started
        for _ in sets(sizes):
            if not ours.poll(limit):
                why = f"over {limit:.0f} s"
                child.kill()
                break
            done.append(ours.recv())
    except EOFError:
        why = "failed"
    child.join()
    ours.close()
    return done, why


def compare(sizes: Mapping[int, int], finders: Sequence[Finder], limit: float = LIMIT) -> list[Row]:
    """A row for each size and each answer."""
    results = [(finder, *tries(finder, sizes, limit)) for finder in finders]
    floors = {rows: _median(results[0][1], rows) for rows in sizes}
    return [
        _row(rows, name, at, done, why if _cut(done, rows, count) else "", floors[rows])
        for rows, count in sorted(sizes.items())
        for finder, done, why in results
        for at, name in enumerate(finder.names)
    ]


def _cut(done: Sequence[Tried], rows: int, count: int) -> bool:
    return sum(tried.rows == rows for tried in done) < 2 * count


def _median(done: Sequence[Tried], rows: int) -> float | None:
    times = [tried.seconds for tried in done if tried.rows == rows and tried.planted]
    return float(np.median(times)) if times else None


def _row(rows: int, name: str, at: int, done: Sequence[Tried], why: str, least: float | None) -> Row:
    planted = [tried for tried in done if tried.rows == rows and tried.planted]
    null = [tried.declared[at] for tried in done if tried.rows == rows and not tried.planted]
    seconds = _median(done, rows)
    finds = name != FLOOR
    return {
        "rows": rows,
        "finder": name,
        "first": _share([tried.first[at] for tried in planted]) if finds else None,
        "first three": _share([tried.among[at] > 0 for tried in planted]) if finds else None,
        "all planted": round(
            sum(tried.among[at] for tried in planted) / sum(tried.planted for tried in planted), 2
        )
        if finds and planted
        else None,
        "nothing planted": _share([bool(declared) for declared in null if declared is not None]),
        "s": why or (seconds and round(seconds, 4)),
        "x floor": None if why or not seconds or not least else round(seconds / least, 1),
        "incidents": len(planted),
        "null sets": len(null),
    }


def _share(hits: Sequence[bool]) -> float | None:
    return round(sum(hits) / len(hits), 2) if hits else None


def main(words: Sequence[str] | None = None) -> int:
    """Plant, search, and report which finder found what."""
    words_of = parser(__doc__.splitlines()[0] if __doc__ else "")
    words_of.add_argument("--rows", type=int, choices=SIZES, help="only incidents of so many rows")
    words_of.add_argument("--incidents", type=int, metavar="N", help="and of each no more than so many")
    options = words_of.parse_args(words)
    began = time.monotonic()
    here = [finder for finder in FINDERS if not finder.package or importlib.util.find_spec(finder.package)]
    missing = sorted({finder.package for finder in FINDERS} - {finder.package for finder in here})
    notes = [
        f"{name} is missing, it is left out: pip install -r benchmarks/requirements.in" for name in missing
    ]
    sizes = {
        rows: min(count, options.incidents or count)
        for rows, count in SIZES.items()
        if options.rows in (None, rows)
    }
    rows = compare(QUICK if options.quick else sizes, here)
    tables = [Table("Planted slices: found, declared in vain, and what it took", rows)]
    publish(Report("slices", tables, time.monotonic() - began, options.quick, PACKAGES, notes), options)
    return 1 if any(row["s"] == "failed" for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
