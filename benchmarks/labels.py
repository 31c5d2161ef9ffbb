"""Which tickets to label: labels to the page and intervals, uniform, by predicted class and by score.

Made-up worlds first, of which all is known; then the rare intents of two releases on real tickets (as in
benchmarks.real_tickets), and beside them what glide-py says of the same labels, where ANCHORWATCH_GLIDE_PYTHON names a
Python that has it (3.12 or later; `pip install glide-py`).

    python -m benchmarks.labels [--quick] [--json FILE]
"""

import json
import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.labels_designs import (
    LEAST,
    SHARE_DRAWN,
    Labelled,
    covers,
    days_until_page,
    falls,
    pages_for_money,
    stream,
)
from benchmarks.labels_pools import A_DAY, DESIGNS, WORLDS, Pool, drawn_with, pool
from benchmarks.labels_real import RealIntent, real_intents
from benchmarks.real_releases import NoData, data_folder
from benchmarks.report import Report, Row, Table, parser, publish
from monitor.domain.events.types import Design
from monitor.domain.recall.reading import reading
from monitor.domain.recall.weights import Weighed

GLIDE = "ANCHORWATCH_GLIDE_PYTHON"
BY = {Design.UNIFORM: "uniform", Design.BY_PREDICTION: "by class", Design.BY_SCORE: "by score"}
LABELS = 2_000  # of all tickets, behind an interval of real ones


def to_the_page(runs: int) -> Table:
    """Labels of all tickets from a fall to its page, on average."""
    rows = []
    for world in WORLDS:
        found = falls(world, runs)
        uniform = found[Design.UNIFORM].labels_to_page
        row: Row = {"misses go": world.name, "uniform": round(uniform)}
        for design in DESIGNS[1:]:
            labels = found[design].labels_to_page
            row |= {BY[design]: round(labels), f"{BY[design]}, share": round(labels / uniform, 2)}
        rows.append(row)
    notes = [
        f"{A_DAY:,} tickets a day, {SHARE_DRAWN * A_DAY:.0f} of them labelled; one of 20 intents, 1 % of the traffic"
        " unless said, recall .88 for 30 days and then .39, floor .78; {runs} runs.".replace(
            "{runs}", str(runs)
        ),
        "Aims: by class at most half, by score (AUC .95) at most a third.",
    ]
    return Table("Labels to the page, of all tickets", rows, notes)


def false_pages(runs: int) -> Table:
    """False pages at the floor for each page's money that was put in: promised are at most 1."""
    row: Row = {"recall": "at the floor"}
    row |= {BY[design]: round(pages_for_money(WORLDS[0], design, runs), 2) for design in DESIGNS}
    return Table("False pages for a page's money", [row], [f"{runs} runs."])


def coverage(runs: int) -> Table:
    """How often the interval of one look holds the recall."""
    rows = []
    for recall in (0.39, 0.87):
        tickets = pool(WORLDS[0], recall, np.random.default_rng(1))
        for labelled in (20, 50, 200):
            row: Row = {"recall": recall, "labelled of the intent": labelled}
            for design in DESIGNS:
                shown, held = covers(tickets, WORLDS[0].wanted, design, labelled, runs)
                row[BY[design]] = round(float(held.mean()), 3)
                row[f"{BY[design]}, width"] = round(float(np.mean([high - low for low, high in shown])), 2)
            rows.append(row)
    return Table("Coverage of the 95 % interval", rows, [f"{runs} runs; the aim is at least .94."])


def real(intents: Sequence[RealIntent], runs: int, glide: str | None) -> list[Table]:
    """Real tickets: labels to the page, and what 2,000 labels say of recall."""
    paged, said = [], []
    for each in intents:
        row: Row = {
            "intent": f"{each.release} {each.wanted.intent}",
            "offline": round(each.offline, 2),
            "live": round(each.tickets.recall, 2),
            "AUC": round(each.auc, 2),
        }
        telling = dict(row)
        for design in DESIGNS:
            chances = drawn_with(each.tickets, each.wanted, SHARE_DRAWN, design, LEAST)
            if each.tickets.recall < each.floor:
                days = days_until_page(each.tickets, chances, design, each.floor, runs)
                row[BY[design]] = round(float(days.mean()) * SHARE_DRAWN * A_DAY)
            rng = np.random.default_rng(8)
            days_drawn = LABELS / (SHARE_DRAWN * A_DAY)
            drawn = [stream(each.tickets, chances, days_drawn, rng) for _ in range(runs)]
            telling |= _said(each.tickets, design, drawn)
            if glide is not None and design is not Design.UNIFORM:
                telling |= _glide_said(each.tickets, design, drawn, glide)
        if each.tickets.recall < each.floor:
            paged.append(row)
        said.append(telling)
    tables = [
        Table(
            "Real tickets: labels to the page", paged, ["Of all tickets, on average; broken at the release."]
        ),
        Table(
            f"Real tickets: what {LABELS:,} labels say of recall",
            said,
            [f"Mean width of the 95 % interval, and how often it holds the live recall; {runs} runs."],
        ),
    ]
    return [table for table in tables if table.rows]


def _said(tickets: Pool, design: Design, drawn: Sequence[Labelled]) -> Row:
    limits = []
    for some in drawn:
        cell = Weighed()
        for hit, pi in zip(some.hits.tolist(), some.chances.tolist(), strict=True):
            cell.count(hit, design, pi, LEAST)
        limits.append(reading(cell, LEAST, watched=False).interval)
    return _held(BY[design], limits, tickets.recall)


def _glide_said(tickets: Pool, design: Design, drawn: Sequence[Labelled], python: str) -> Row:
    runs = [
        {"tickets": round(LABELS / SHARE_DRAWN), "hits": some.hits.tolist(), "chances": some.chances.tolist()}
        for some in drawn
    ]
    script = Path(__file__).with_name("labels_glide.py")
    done = subprocess.run(
        [python, str(script)], input=json.dumps({"runs": runs}), capture_output=True, text=True, check=True
    )
    return _held(f"glide, {BY[design]}", json.loads(done.stdout)["limits"], tickets.recall)


def _held(name: str, limits: Sequence[Sequence[float]], recall: float) -> Row:
    low, high = np.array(limits).T
    held = np.mean((low <= recall) & (recall <= high))
    return {name: f"{np.mean(high - low):.2f}, {held:.2f}"}


def main() -> None:
    """Print the tables."""
    options = parser(__doc__ or "").parse_args()
    began, runs = time.perf_counter(), 30 if options.quick else 200
    tables = [to_the_page(runs), false_pages(runs), coverage(100 if options.quick else 2_000)]
    notes = []
    try:
        intents = list(real_intents(data_folder()))
    except NoData as missing:
        notes.append(f"No real tickets: {missing}")
    else:
        glide = os.environ.get(GLIDE)
        if glide is None:
            notes.append(f"glide-py was not asked: {GLIDE} names no Python that has it.")
        tables += real(intents, 20 if options.quick else 100, glide)
    seconds = time.perf_counter() - began
    publish(
        Report("labels", tables, seconds, options.quick, ("numpy", "scipy", "scikit-learn"), notes), options
    )


if __name__ == "__main__":
    main()
