"""What ingest counts beside the events themselves: traffic, and dead letters."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from hashlib import sha256
from itertools import chain

from connectors.sql.answers import first_answer
from connectors.sql.dialect import Dialect, Row
from connectors.sql.predicted_names import PredictedNames
from monitor.domain.events.microseconds import HOUR_US, to_us
from monitor.domain.events.names import NO_ANSWER
from monitor.domain.events.types import DeadLetter

Hourly = tuple[int, int, str]  # a model's id, the hour, and what was predicted
DEAD_LETTERS_KEPT = 10_000
# What is kept of each, so that ten thousand stay some megabytes whatever producers write.
DETAIL_MAX, HEADERS_MAX, NAME_MAX = 500, 20, 60


def write_traffic(
    sql: Dialect,
    names: PredictedNames,
    predictions: Iterable[Row],
    outcomes: Iterable[Row],
    moved: Iterable[tuple[int, int, str, int]],
) -> int:
    """Count predictions, and how many of them have an outcome, by hour and predicted intent.

    `moved` are outcomes that came back (1) or went (-1), by model, hour and predicted intent. How many predictions
    have no name of their own is given back.
    """
    made = Counter((row[2], row[3] // HOUR_US, row[4]) for row in predictions)
    labelled = Counter(
        (row[2], row[3] // HOUR_US, row[4] if row[-1] is None else first_answer(row[4], row[-1]))
        for row in outcomes
        if row[5] is not None
    )
    for model_id, hour, predicted, change in moved:
        labelled[model_id, hour, predicted] += change
    names.admit(sql, ((model_id, predicted) for model_id, _, predicted in chain(made, labelled)))
    made, folded = _by_counted_name(names, made)
    labelled, _ = _by_counted_name(names, labelled)
    sql.many(
        "INSERT INTO traffic (model_id, hour, predicted, predictions, labelled) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (model_id, hour, predicted) DO UPDATE SET"
        " predictions = traffic.predictions + excluded.predictions,"
        " labelled = traffic.labelled + excluded.labelled",
        [(*key, made[key], labelled[key]) for key in sorted(made.keys() | labelled.keys())],
    )
    count_model_traffic(
        sql, ((model_id, predicted, count) for (model_id, _, predicted), count in made.items())
    )
    return folded


def count_model_traffic(sql: Dialect, predictions: Iterable[tuple[int, str, int]]) -> None:
    """Add so many predictions, by model and what was predicted, to the whole of each model's traffic."""
    whole, abstained = Counter[int](), Counter[int]()
    for model_id, predicted, count in predictions:
        whole[model_id] += count
        abstained[model_id] += count if predicted == NO_ANSWER else 0
    sql.many(
        "INSERT INTO model_traffic (model_id, predictions, abstained) VALUES (?, ?, ?)"
        " ON CONFLICT (model_id) DO UPDATE SET predictions = model_traffic.predictions + excluded.predictions,"
        " abstained = model_traffic.abstained + excluded.abstained",
        [(model_id, whole[model_id], abstained[model_id]) for model_id in sorted(whole)],
    )


def _by_counted_name(names: PredictedNames, counts: Counter[Hourly]) -> tuple[Counter[Hourly], int]:
    """The counts under the names that count, and how much of them has no name of its own."""
    together: Counter[Hourly] = Counter()
    folded = 0
    for (model_id, hour, predicted), count in counts.items():
        name = names.counted_as(model_id, predicted)
        together[model_id, hour, name] += count
        folded += count if name != predicted else 0
    return together, folded


def note_times(sql: Dialect, *times_us: Sequence[int]) -> None:
    """Count which hours' times events carried, so that no single one of them says how late it is."""
    hours: defaultdict[int, list[int]] = defaultdict(list)
    for at in chain.from_iterable(times_us):
        hours[at // HOUR_US].append(at)
    sql.many(
        "INSERT INTO event_hour (hour, events, latest_us) VALUES (?, ?, ?) ON CONFLICT (hour) DO UPDATE SET"
        " events = event_hour.events + excluded.events, latest_us = CASE WHEN excluded.latest_us >"
        " event_hour.latest_us THEN excluded.latest_us ELSE event_hour.latest_us END",
        [(hour, len(hours[hour]), max(hours[hour])) for hour in sorted(hours)],
    )


def bury(sql: Dialect, cluster_id: str, letters: Sequence[DeadLetter]) -> None:
    """Note dead letters: code, headers, hash and place, never the bytes; only the newest are kept."""
    rows = [
        (
            cluster_id,
            *letter.record.partition,
            letter.record.offset,
            letter.code,
            letter.detail[:DETAIL_MAX],
            str([name[:NAME_MAX] for name, _ in letter.record.headers[:HEADERS_MAX]]).replace("\0", ""),
            sha256(letter.record.value or b"").hexdigest(),
            to_us(letter.failed_at),
        )
        for letter in letters
    ]
    sql.many(
        'INSERT INTO dead_letter (cluster_id, topic, "partition", "offset", code, detail, headers,'
        " sha256, failed_at_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        rows,
    )
    if rows:
        sql.run(
            "DELETE FROM dead_letter WHERE failed_at_us < (SELECT failed_at_us FROM dead_letter"
            f" ORDER BY failed_at_us DESC LIMIT 1 OFFSET {DEAD_LETTERS_KEPT})"
        )
