"""Agents killed, paused and added at random while Kafka and PostgreSQL die and come back: every event counts once.

`python -m tests.e2e.soak` is the long run; tests/e2e/test_faults.py is a short run. Which faults there
are, and when, comes from the seed; what is right is recounted from the broker's own log, read afterwards.
"""

import argparse
import logging
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.e2e.chaos import Chaos
from tests.e2e.plans import Plan, Report
from tests.e2e.recount import audit
from tests.services.apache_kafka import ApacheKafka
from tests.services.postgresql import PostgreSQL


def soak(
    plan: Plan,
    folder: Path,
    broker: ApacheKafka,
    database: PostgreSQL,
    tell: Callable[[str], object] = lambda _line: None,
) -> Report:
    """Run a plan on services that are running, and leave them running."""
    began = time.monotonic()
    chaos = Chaos(
        plan, folder, broker, database, lambda line: tell(f"{time.monotonic() - began:6.1f} {line}")
    )
    try:
        chaos.run()
        audit(chaos, broker)
    finally:
        chaos.books.close()
    chaos.report.seconds = time.monotonic() - began
    return chaos.report


@contextmanager
def services() -> Iterator[tuple[ApacheKafka, PostgreSQL]]:
    """A broker and a database of our own."""
    with ExitStack() as running:
        yield running.enter_context(ApacheKafka()), running.enter_context(PostgreSQL())


def main() -> int:
    """Run the long soak; 1 if anything was lost, doubled or counted differently."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("events", "kills", "seed"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Plan(), name))
    parser.add_argument("--quiet", action="store_true", help="print the summary only")
    words = parser.parse_args()
    plan = Plan(events=words.events, kills=words.kills, seed=words.seed)

    logging.getLogger("kafka").setLevel(logging.CRITICAL)  # the producer's complaints about what we do to it

    def tell(line: str) -> None:
        if not words.quiet:
            sys.stderr.write(line + "\n")

    with services() as (broker, database), tempfile.TemporaryDirectory(prefix="anchorwatch-soak-") as folder:
        report = soak(plan, Path(folder), broker, database, tell)
    sys.stdout.write("\n".join(report.lines()) + "\n")
    return 1 if report.wrong or report.lost or report.doubled else 0


if __name__ == "__main__":
    sys.exit(main())
