"""Is what is promised kept, in the world as it is? A table: question, world, figure, promised, kept.

`python -m benchmarks.promises [--full] [--runs N] [--only QUESTION ...]`

A promise is called broken where its figure is worse than chance allows, once in 1,000 runs that keep it. Of some
figures nothing is promised: they are what a remedy is worth, or what is left open, and stand in docs/benchmarks.md.
To ask another one, write a function from the number of runs to answers, and give it a name in `QUESTIONS`.
"""

import sys
import time
from collections.abc import Mapping

from benchmarks import (
    promises_bursts,
    promises_delays,
    promises_false_pages,
    promises_number,
    promises_pages,
    promises_recovery,
    promises_reports,
    promises_slips,
    promises_weights,
)
from benchmarks.promises_rows import Answer, Question
from benchmarks.report import Report, Table, parser, publish

RUNS, FULL, QUICK = 60, 1_000, 5

QUESTIONS: Mapping[str, Question] = {
    "independent": promises_false_pages.independent,
    "anchors": promises_false_pages.anchors,
    "weights": promises_false_pages.weights,
    "bursts": promises_bursts.bursts,
    "slips": promises_slips.slips,
    "number": promises_number.number,
    "withdrawn": promises_delays.withdrawn,
    "recovery": promises_recovery.recovery,
    "live": promises_pages.live,
    "since-onset": promises_pages.since_onset,
    "missed": promises_pages.missed,
    "onset": promises_pages.onset,
    "weighted": promises_weights.weighted,
    "many-looks": promises_weights.many_looks,
    "together": promises_reports.live_together,
    "weekly": promises_reports.weekly,
    "offline": promises_reports.offline,
}


def asked(names: list[str], runs: int) -> list[Answer]:
    """The answers, question by question; each is named on stderr when it is there."""
    answers: list[Answer] = []
    for name in names:
        begun = time.perf_counter()
        answers += QUESTIONS[name](runs)
        sys.stderr.write(f"{name}: {time.perf_counter() - begun:.0f} s\n")
    return answers


def main() -> None:
    """Ask, and print the table."""
    options = parser(__doc__.split("\n", 1)[0])
    options.add_argument("--runs", type=int, default=RUNS, help=f"so many runs instead of {RUNS}")
    options.add_argument("--full", action="store_true", help=f"{FULL:,} of them: an hour")
    options.add_argument("--only", nargs="+", choices=[*QUESTIONS], help="ask these")
    given = options.parse_args()
    begun = time.perf_counter()
    answers = asked(given.only or [*QUESTIONS], FULL if given.full else QUICK if given.quick else given.runs)
    kept = [answer.kept for answer in answers]
    note = f"{kept.count(True)} promises kept, {kept.count(False)} broken; {kept.count(None)} figures promise nothing"
    table = Table("What is promised, and what is kept", [answer.row() for answer in answers], [note])
    publish(Report("promises", [table], time.perf_counter() - begun, given.quick, ("numpy", "scipy")), given)


if __name__ == "__main__":
    main()
