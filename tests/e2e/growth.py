"""What a year's measures must look like: lines of docs/operations.md, "What grows with what"."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Engine, text

# Of each version: the limit of 60, the 25 that its anchor measured, and the one that stands for the rest.
BOUNDED: Mapping[str, int] = {
    "predicted_name": 14 * 86,
    "dead_letter": 10_250,  # the newest 10,000, and all of the last one's moment: here a day is one
    "purse": 1,
    "event_count": 100,
    "counter": 50,
    "position": 2,
}
GROWING = ("prediction", "label", "outcome", "revision", "description", "traffic", "cell", "checkpoint")
TOLD = ("incident", "incident_event", "notification", "silence", "member")
TABLES = (*BOUNDED, *GROWING, *TOLD)
# With its label, what is known of its text, its share of traffic and checkpoints, and the indexes.
OUTCOME_BYTES = 900
RESIDENT_BYTES = 30_000_000  # from the middle of the year on, whatever comes in: what is cached, and chance
MB = 1_000_000


class Measure(NamedTuple):
    """How things stand after so many days. `idle_s` is what an evaluation costs that finds nothing new."""

    days: int
    events: int
    resident_bytes: int
    database_bytes: int
    idle_s: float
    rows: Mapping[str, int]

    def __str__(self) -> str:
        rows = ", ".join(f"{table} {count:,}" for table, count in self.rows.items())
        return (
            f"day {self.days}: {self.events:,} events; memory {self.resident_bytes / MB:.0f} MB; database"
            f" {self.database_bytes / MB:.0f} MB; idle evaluation {self.idle_s * 1000:.0f} ms; {rows}"
        )


def bytes_an_outcome(measures: Sequence[Measure]) -> float:
    """How much the database grew for each outcome in the second half, when as many predictions go as come."""
    middle, end = _halves(measures)
    return (end.database_bytes - middle.database_bytes) / (end.rows["outcome"] - middle.rows["outcome"])


def memory_growth(measures: Sequence[Measure]) -> float:
    """By how many bytes memory grew in the second half of the year: least squares, so that no peak counts."""
    half = measures[len(measures) // 2 :]
    mean_day = sum(m.days for m in half) / len(half)
    mean = sum(m.resident_bytes for m in half) / len(half)
    slope = sum((m.days - mean_day) * (m.resident_bytes - mean) for m in half) / sum(
        (m.days - mean_day) ** 2 for m in half
    )
    return slope * (half[-1].days - half[0].days)


def too_much(measures: Sequence[Measure]) -> Iterator[str]:
    """What grew more than it says."""
    middle, end = _halves(measures)
    for table, most in BOUNDED.items():
        if end.rows[table] > most:
            yield f"{table} holds {end.rows[table]:,} rows, more than {most:,}"
    if end.rows["prediction"] > 1.1 * middle.rows["prediction"]:
        yield f"predictions went on growing: {middle.rows['prediction']:,}, {end.rows['prediction']:,}"
    if (each := bytes_an_outcome(measures)) > OUTCOME_BYTES:
        yield f"the database grew by {each:,.0f} bytes an outcome, more than {OUTCOME_BYTES:,}"
    if (more := memory_growth(measures)) > RESIDENT_BYTES:
        yield f"memory grew by {more / MB:.0f} MB in the second half, more than {RESIDENT_BYTES / MB:.0f}"


def lost_or_doubled(engine: Engine, expected: Mapping[str, int]) -> Iterator[str]:
    """What was not counted exactly once."""
    with engine.connect() as connection:
        counted: dict[str, int] = {
            became: int(count)
            for became, count in connection.execute(
                text("SELECT became, sum(count) FROM event_count GROUP BY became")
            )
        }
        outcomes = connection.execute(text("SELECT count(*) FROM outcome")).scalar_one()
        traffic = connection.execute(text("SELECT sum(predictions), sum(labelled) FROM traffic")).one()
    there = {
        "predictions": counted.get("prediction", 0),
        "labels": counted.get("label", 0),
        "repeats": counted.get("prediction_repeat", 0) + counted.get("label_repeat", 0),
        "rejected": sum(count for became, count in counted.items() if became.startswith("rejected:")),
        "outcomes": outcomes,
    }
    for what, count in there.items():
        if count != expected.get(what, 0):
            yield f"{count:,} {what}, not {expected.get(what, 0):,}"
    labelled = outcomes - expected.get("retracted", 0)
    if tuple(map(int, traffic)) != (there["predictions"], labelled):
        yield f"traffic counts {tuple(map(int, traffic))}, not {there['predictions'], labelled}"


def _halves(measures: Sequence[Measure]) -> tuple[Measure, Measure]:
    return measures[len(measures) // 2], measures[-1]
