"""Labels that slip: false pages and labels to a true page, without second readings and with sixty.

    python -m benchmarks.second_readings --streams 300

Prints the table of docs/statistics.md, "Is it recall, or the labels?". Nothing is timed.
"""

import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.report import Report, Row, Table, parser, publish
from tests.simulation.twice_read import FLOOR, SHARE, SHARE_IT, label_streams, pages

SLIPS = (0.0, 0.001, 0.002, 0.005, 0.01)
LABELS, READINGS, BREAK = 400, 60, 100
HEALTHY, BROKEN = 0.88, 0.39


def always(recall: float) -> Callable[[int], float]:
    """A recall that never changes."""
    return lambda _: recall


def breaks(label: int) -> float:
    """One that falls behind a hundred labels."""
    return HEALTHY if label < BREAK else BROKEN


def run(
    recall: Callable[[int], float], slips: float, readings: int, streams: int, seed: int
) -> NDArray[np.int64]:
    """The label at which each stream pages; 0: it does not."""
    return pages(label_streams(recall, slips, (streams, LABELS), seed), readings)


def row(slips: float, streams: int) -> Row:
    """What so many slips do. Labels to a page are the intent's own."""
    own = SHARE / (SHARE + (1 - SHARE) * slips)

    def paged(recall: float, readings: int, seed: int) -> str:
        return f"{100 * np.mean(run(always(recall), slips, readings, streams, seed) > 0):.1f} %"

    start = run(always(BROKEN), slips, READINGS, streams, seed=3)
    late = run(breaks, slips, READINGS, streams, seed=4)
    return {
        "labels slip in": f"{100 * slips:g} %",
        "healthy (.88), paged without": paged(HEALTHY, 0, seed=1),
        f"with {READINGS} readings": paged(HEALTHY, READINGS, seed=1),
        "at the floor (.78), without": paged(FLOOR, 0, seed=2),
        "with": paged(FLOOR, READINGS, seed=2),
        "labels to page .39, from the start": round(float(np.median(start[start > 0])) * own),
        "after 100 good ones": round(float(np.median(late[late > BREAK] - BREAK)) * own),
        "unseen in 300 more": f"{100 * np.mean(late == 0):.1f} %",
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print the table."""
    options = parser(__doc__ or "")
    options.add_argument("--streams", type=int, default=300, help="labels of the intent, over and over")
    given = options.parse_args(arguments)
    began, streams = time.perf_counter(), 4 if given.quick else given.streams
    rows = [row(slips, streams) for slips in SLIPS]
    note = f"{LABELS} labels, money for {LABELS / SHARE_IT:.3f} false pages, {streams} streams"
    table = Table("Labels that slip, and sixty second readings", rows, [note])
    publish(Report("second_readings", [table], time.perf_counter() - began, given.quick), given)


if __name__ == "__main__":
    main()
