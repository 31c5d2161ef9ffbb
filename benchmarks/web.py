"""Time of every page of the watch room, beside an empty route of the same server in the same run.

150 intents with 20 slices each and a million labelled tickets lie in SQLite. An agent takes in more of them from the
embedded broker and judges them; 50 clients listen to `/changes`, and load their page again when they hear of one, as a
browser does. Beside them one client loads every page in turns, and before each the smallest static file, which costs
the server what any answer does and reads no database: the floor. Shown are medians and 95 % points, by the clock and as
multiples of the floor's, so that a machine that is busy with other things slows both.

    python -m benchmarks.web [--quick] [--database FILE] [--json FILE] [--markdown FILE]

To make the database takes some 15 minutes on an idle machine of two cores, and 1 GiB of disk; `--database` keeps it.
"""

import argparse
import json
import shutil
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from benchmarks.report import Report, Row, Table, parser, publish
from benchmarks.web_clients import Client, round_trips, tell_of
from benchmarks.web_history import MODEL, age, live_through, names, offer_another_anchor, settings_of
from benchmarks.web_servers import Listeners, agent, room
from monitor.app.wiring import open_app

EMPTY = "/static/well.svg"
MODEL_PAGE = f"/models/{MODEL.name}/prod"
AIM_MS, AIM_BYTES = 200.0, 150_000
Timed = dict[str, list[float]]


def database(file: Path, outcomes: int, shape: tuple[int, int], incidents: int) -> None:
    """Make it, unless it is there."""
    if file.exists():
        return
    app = open_app(settings_of(f"sqlite:///{file}", shape[1]))
    live_through(app, outcomes, shape)
    age(app, incidents)
    app.close()


def addresses(client: Client, intents: Sequence[str]) -> list[str]:
    """Every page of the menu, and those of a model, an intent, a slice and an incident."""
    menu = client.menu()
    version = f"version={MODEL.version}"
    anchor = json.loads(client.get("/anchors.json").body)[0]["id"]
    return [
        *menu,
        MODEL_PAGE,
        f"{MODEL_PAGE}?verdict=ok&sort=-outcomes&page=2",
        f"{MODEL_PAGE}?intent={intents[0]}",
        f"{MODEL_PAGE}/intents/{intents[0]}?{version}",
        f"{MODEL_PAGE}/intents/{intents[0]}?{version}&slice=channel%3Dchannel_00",
        f"{MODEL_PAGE}/intents/{intents[-1]}?{version}",
        f"/anchors/{anchor}",
        "/incidents/1",
    ]


def costly(client: Client) -> list[str]:
    """Pages that are made of so much that they are made beside the server."""
    waiting = next(
        each["id"] for each in json.loads(client.get("/anchors.json").body) if not each["active_since"]
    )
    return ["/incidents/1/analysis", "/budget?drop=0.2", f"/anchors/{waiting}/diff"]


def as_json(address: str) -> str:
    """The same page for programs."""
    path, _, asked = address.partition("?")
    return f"{'/now' if path == '/' else path}.json" + (f"?{asked}" if asked else "")


class Loads(NamedTuple):
    """Of each address the milliseconds of its answers, the bytes of the longest, how many said `not made yet`."""

    spent: Timed
    size: dict[str, int]
    unmade: Counter[str]


def timed(client: Client, pages: Sequence[str], rounds: int) -> Loads:
    """Each page in turns with the empty route."""
    spent: Timed = {each: [] for each in (EMPTY, *pages)}
    size, unmade = dict[str, int](), Counter[str]()
    for number in range(rounds + 1):
        for page in pages:
            for address in (EMPTY, page):
                answer = client.get(address)
                size[address] = max(size.get(address, 0), len(answer.body))
                if number:  # the first round finds nothing in memory
                    spent[address].append(1000 * answer.seconds)
                    unmade[address] += answer.again
    return Loads(spent, size, unmade)


def until_made(client: Client, page: str) -> tuple[float, float]:
    """Seconds until the first answer, and until the page is there, for who loads it again as browsers do."""
    began = time.perf_counter()
    first = answer = client.get(page)
    while answer.again:
        time.sleep(0.2)
        answer = client.get(page)
    return first.seconds, time.perf_counter() - began


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so many are not above."""
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


def rows(client: Client, pages: Sequence[str], rounds: int) -> Iterator[Row]:
    """A row a page, and one for the floor."""
    apart = costly(client)  # a program that asks for these waits until they are made
    programs = {page: as_json(page) for page in pages}
    pages = [*pages, *apart]
    spent, size, unmade = timed(client, [*pages, *programs.values()], rounds)
    floor, slow_floor = statistics.median(spent[EMPTY]), percentile(spent[EMPTY], 0.95)
    yield {"page": "(the floor)", "kB": size[EMPTY] / 1000, "p50 ms": floor, "p95 ms": slow_floor}
    for page in pages:
        program = programs.get(page, "")
        p50, p95 = statistics.median(spent[page]), percentile(spent[page], 0.95)
        yield {
            "page": page.replace("%3D", "="),
            "kB": size[page] / 1000,
            "p50 ms": p50,
            "p95 ms": p95,
            "p50 by floor": p50 / floor,
            "p95 by floor": p95 / slow_floor,
            "not made yet %": 100 * unmade[page] / rounds,
            "round trips": round_trips(client, page),
            ".json kB": size[program] / 1000 if program else None,
            ".json p95 ms": percentile(spent[program], 0.95) if program else None,
            "aim": _aim(p95, size[page]),
        }


def _aim(p95: float, size: int) -> str:
    missed = [*(["time"] if p95 >= AIM_MS else []), *(["bytes"] if size >= AIM_BYTES else [])]
    return " and ".join(missed) + " missed" if missed else "met"


def measure(options: argparse.Namespace, folder: Path) -> tuple[list[Row], Mapping[str, object], list[Row]]:
    """Everything on a copy of the database, which ingest changes."""
    shape = (options.intents, options.slices)
    kept = options.database or folder / "history.db"
    database(kept, options.outcomes, shape, options.incidents)
    file = folder / "measured.db"
    shutil.copy(kept, file)
    with ExitStack() as stack:
        app = open_app(settings_of(f"sqlite:///{file}", shape[1]))
        offer_another_anchor(app, shape[0])
        app.close()
        where = stack.enter_context(room(file, folder, shape[1]))
        ingest = stack.enter_context(
            agent(file, folder, shape, options.events_per_second, options.evaluate_seconds)
        )
        client = stack.enter_context(Client(where))
        client.get("/")
        listeners = stack.enter_context(Listeners(where, options.clients))
        made: list[Row] = [
            {"page": page, "first answer ms": 1000 * first, "made after s": whole}
            for page in costly(client)
            for first, whole in [until_made(client, page)]
        ]
        pages = addresses(client, names(options.intents))
        found = [_same_columns(row) for row in rows(client, pages, options.rounds)]
        beside = {**tell_of(client), **listeners.heard(), "events sent meanwhile": ingest.sent}
        return found, beside, made


def _same_columns(row: Row) -> Row:
    columns = (
        "page",
        "kB",
        "p50 ms",
        "p95 ms",
        "p50 by floor",
        "p95 by floor",
        "not made yet %",
        "round trips",
    )
    return {column: _rounded(row.get(column)) for column in (*columns, ".json kB", ".json p95 ms", "aim")}


def _rounded(value: object) -> str | float | int | None:
    if isinstance(value, float):
        return round(value, 1)
    return value if isinstance(value, str | int) else None


def main() -> None:
    """Run it."""
    options = parser(__doc__ or "")
    options.add_argument("--database", type=Path, metavar="FILE", help="made where it is missing, and kept")
    options.add_argument("--outcomes", type=int, default=1_000_000)
    options.add_argument("--intents", type=int, default=150)
    options.add_argument("--slices", type=int, default=20)
    options.add_argument("--incidents", type=int, default=500)
    options.add_argument("--clients", type=int, default=50)
    options.add_argument("--rounds", type=int, default=40)
    options.add_argument("--events-per-second", type=int, default=200)
    options.add_argument("--evaluate-seconds", type=float, default=60.0)
    given = options.parse_args()
    if given.quick:
        given.outcomes, given.intents, given.slices, given.incidents = 2_400, 6, 2, 30
        given.clients, given.rounds, given.evaluate_seconds = 3, min(given.rounds, 2), 1.0
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="anchorwatch-web-") as folder:
        found, beside, made = measure(given, Path(folder))
    what = f"{given.intents} intents x {given.slices} slices, {given.outcomes:,} outcomes in SQLite"
    table = Table(
        f"pages with {what}",
        found,
        [
            f"{given.rounds} loads of each, in turns with the floor ({EMPTY}); {given.clients} clients listening; kB as"
            " sent, not compressed; round trips: the HTML, and what it names, all at once",
            f"aim: p95 below {AIM_MS:g} ms, HTML below {AIM_BYTES // 1000} kB",
            "; ".join(f"{what}: {number}" for what, number in beside.items()),
        ],
        [dict(beside)],
    )
    apart = Table(
        f"pages that are made beside the server, with {what}",
        made,
        [
            "`first answer`: the page, or that it is being made; `made after`: for who loads it again as a browser does"
        ],
    )
    packages = ["fastapi", "uvicorn", "jinja2", "sqlalchemy", "msgspec"]
    publish(Report("web", [table, apart], time.perf_counter() - began, given.quick, packages), given)


if __name__ == "__main__":
    main()
