"""Erasure on the database: rows go, tallies are counted down, and the bets concerned begin again."""

from collections import Counter
from collections.abc import Sequence, Set
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.answers import answers_of, first_answer
from connectors.sql.archiving import forget_archived
from connectors.sql.counted import read_counted
from connectors.sql.counters import count_up
from connectors.sql.database import empty_log, evaluating
from connectors.sql.dialect import Dialect
from connectors.sql.erased_ids import ids_held, ids_of_subject
from connectors.sql.erasure_lock import let_writers_finish
from connectors.sql.evaluate.cells import CELLS_CHANGED
from connectors.sql.group_members import members_in
from connectors.sql.ingest.counts import count_model_traffic
from connectors.sql.ingest.scores import take_scores_out
from connectors.sql.predicted_names import KnownNames
from connectors.sql.week_counts import count_erased
from monitor.domain.events.answers import counted_answer
from monitor.domain.events.joined import Joined
from monitor.domain.events.microseconds import HOUR_US, from_us, to_us
from monitor.domain.events.names import NO_INTENT
from monitor.domain.events.subjects import fingerprint
from monitor.domain.events.types import Design
from monitor.domain.labelling.labelling import Labelling
from monitor.domain.recall.tally import Tally
from monitor.domain.slices.cells import GROUP, OTHER, Slice
from monitor.erase import ports
from monitor.erase.ports import Erased

_tally = msgspec.json.Decoder(Tally)
_labelling = msgspec.json.Decoder(Labelling)
_joined = msgspec.json.Decoder(Joined)
_slices = msgspec.json.Decoder(dict[str, str])


class _Counted(NamedTuple):
    """An outcome as the tallies have counted it."""

    seq: int
    model_id: int
    first_answer: str
    predicted: str
    intent: str
    design: Design
    probability: float | None
    labeled_at: datetime
    slices: dict[str, str]


class ErasureStore(ports.ErasureStore):
    """The `ErasureStore` port on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @override
    def erase(self, prediction_ids: Sequence[str], subject: str | None, now: datetime) -> Erased:
        with evaluating(self._engine) as connection:
            sql = Dialect(connection)
            let_writers_finish(sql)
            ids = sorted({*prediction_ids, *ids_of_subject(sql, subject)})
            if subject is not None:
                sql.run(
                    "INSERT INTO erased_subject (subject, at_us) VALUES (?, ?) ON CONFLICT (subject)"
                    " DO UPDATE SET at_us = excluded.at_us",
                    subject,
                    to_us(now),
                )
            fingerprints = [fingerprint(each) for each in ids]
            sql.many(
                "INSERT INTO erased (fingerprint, at_us) VALUES (?, ?) ON CONFLICT (fingerprint) DO NOTHING",
                [(each, to_us(now)) for each in fingerprints],
            )
            stored = sql.any_of(ids)
            forget_archived(sql, stored)
            held = ids_held(sql, stored)
            _count_out(sql, stored)
            _reduce_traffic(sql, stored)
            count_erased(sql, stored)
            _reduce_scores(sql, stored)
            rows = {
                "outcomes": 0,
                "revisions": sql.run(
                    "DELETE FROM revision WHERE seq IN (SELECT seq FROM outcome WHERE prediction_id IN {ids})",
                    stored,
                ),
            }
            _forget_labels(sql, stored)
            for name, table in (
                ("outcomes", "outcome"),
                ("labels", "label"),
                ("predictions", "prediction"),
                ("subjects", "subject"),
                ("descriptions", "description"),
                ("draws", "draw"),
                ("draw candidates", "draw_candidate"),
            ):
                rows[name] = sql.run(f"DELETE FROM {table} WHERE prediction_id IN {{ids}}", stored)
            # An answer may repeat a label or a note, and nothing says about whom it is: all of them go.
            rows["kept answers"] = sql.run(
                "DELETE FROM request WHERE status IS NOT NULL AND claimed_us <= ?", to_us(now)
            )
        return Erased(rows, fingerprints, overwritten=empty_log(self._engine), prediction_ids=ids, held=held)


def _forget_labels(sql: Dialect, ids: object) -> None:
    """Take the ids of the erased's labels out of other outcomes: a label may have moved from one to another.

    Cost: one pass over the revisions.
    """
    label_ids = [row[0] for row in sql.rows("SELECT label_id FROM label WHERE prediction_id IN {ids}", ids)]
    labels = sql.any_of(label_ids)
    sql.run("UPDATE outcome SET label_id = '' WHERE label_id IN {ids}", labels)
    columns = ("was", "now", "because")
    named = [
        f"({column}::json->>'label_id')" if sql.postgresql else f"json_extract({column}, '$.label_id')"
        for column in columns
    ]
    rows = sql.rows(
        f"SELECT id, {', '.join(columns)} FROM revision WHERE {' OR '.join(f'{each} IN {{ids}}' for each in named)}",
        *[labels] * len(columns),
    )
    gone = set(label_ids)
    sql.many(
        "UPDATE revision SET was = ?, now = ?, because = ? WHERE id = ?",
        [(*(_without(gone, value) for value in values), number) for number, *values in rows],
    )


def _without(label_ids: Set[str], value: str) -> str:
    """A value in JSON without the label that it names, where that is one of these."""
    content = msgspec.json.decode(value)
    if content.get("label_id") not in label_ids:
        return value
    return msgspec.json.encode(content | {"label_id": ""}).decode()


def _count_out(sql: Dialect, ids: object) -> None:
    """Take the outcomes that were counted out of their cells, whose bets the next evaluation begins anew."""
    names = KnownNames(sql)
    for outcome in _counted(sql, ids):
        chosen = outcome.design, outcome.probability
        (labelling,) = sql.row("SELECT labelling FROM model WHERE id = ?", outcome.model_id)
        known = _labelling.decode(labelling)
        counted_as = names.counted_as(outcome.model_id, outcome.first_answer)
        known.count(counted_as, *chosen, outcome.labeled_at, -1)
        sql.run(
            "UPDATE model SET outcomes = outcomes - 1, labelling = ? WHERE id = ?",
            msgspec.json.encode(known).decode(),
            outcome.model_id,
        )
        for cell_id, tally, min_probability in _cells(sql, outcome):
            counted = _tally.decode(tally)
            counted.count(outcome.predicted, outcome.intent, -1, *chosen, min_probability)
            sql.run(
                "UPDATE cell SET tally = ?, replay = ? WHERE id = ?",
                msgspec.json.encode(counted).decode(),
                True,
                cell_id,
            )
            sql.run("DELETE FROM checkpoint WHERE cell_id = ?", cell_id)
        count_up(sql, CELLS_CHANGED, 1)


def _counted(sql: Dialect, ids: object) -> list[_Counted]:
    """The outcomes as evaluations have counted them: a correction not yet seen by one does not count."""
    seen = read_counted(sql)
    counted = []
    for seq, model_id, predicted, slices, intent, design, probability, labeled_at_us, answers in sql.rows(
        "SELECT seq, model_id, predicted, slices, intent, design, probability, labeled_at_us, answers FROM outcome"
        " WHERE prediction_id IN {ids}",
        ids,
    ):
        if seq > seen.of(model_id).outcome:
            continue
        waiting = sql.row(
            "SELECT was FROM revision WHERE seq = ? AND id > ? ORDER BY id LIMIT 1",
            seq,
            seen.of(model_id).revision,
        )
        label = (intent, Design(design), probability, from_us(labeled_at_us))
        if waiting:
            was = _joined.decode(waiting[0])
            label = (was.intent, was.design, was.probability, was.labeled_at)
        if label[0] is not None:
            first = first_answer(predicted, answers)
            said = counted_answer(first, answers_of(answers), label[0])
            counted.append(
                _Counted(seq, model_id, first, said, *label, _slices.decode(slices) if slices else {})
            )
    return counted


def _cells(sql: Dialect, outcome: _Counted) -> list[tuple[int, str, float]]:
    """The cells that an outcome was counted in: its own, or those where the rest is counted together; its groups'.

    None where its ticket belongs to no intent.
    """
    if outcome.intent == NO_INTENT:
        return []
    groups = [
        (cell_id, tally, min_probability)
        for cell_id, members, tally, min_probability in sql.rows(
            "SELECT id, members, tally, min_probability FROM cell WHERE model_id = ? AND members IS NOT NULL",
            outcome.model_id,
        )
        if outcome.intent in members_in(members)
    ]
    cells = {
        (intent, slice_text): (cell_id, tally, min_probability)
        for cell_id, intent, slice_text, tally, min_probability in sql.rows(
            "SELECT id, intent, slice, tally, min_probability FROM cell"
            " WHERE model_id = ? AND members IS NULL AND (intent = ? OR intent = ?)",
            outcome.model_id,
            outcome.intent,
            OTHER,
        )
    }
    has_own = (outcome.intent, "") in cells and not outcome.intent.startswith(GROUP)
    intent = outcome.intent if has_own else OTHER
    names = {slice_.name for _, slice_text in cells if (slice_ := Slice.parse(slice_text))}
    wanted = [(intent, "")]
    for name in sorted(names & outcome.slices.keys()):
        own = (intent, str(Slice(name, outcome.slices[name])))
        wanted.append(own if own in cells else (intent, str(Slice(name, OTHER))))
    return [*(cells[key] for key in wanted if key in cells), *groups]


def _reduce_traffic(sql: Dialect, ids: object) -> None:
    names = KnownNames(sql)
    gone: dict[tuple[str, int], tuple[int, int, str]] = {}
    labelled = set()
    for table, predicted, intent in (("outcome", "predicted", "intent"), ("prediction", "intent", "NULL")):
        for prediction_id, model_id, ts_us, answer, truth, answers in sql.rows(
            f"SELECT prediction_id, model_id, ts_us, {predicted}, {intent}, answers FROM {table}"
            " WHERE model_id IS NOT NULL AND prediction_id IN {ids}",
            ids,
        ):
            key = (prediction_id, model_id)
            gone[key] = (
                model_id,
                ts_us // HOUR_US,
                names.counted_as(model_id, first_answer(answer, answers)),
            )
            if truth is not None:
                labelled.add(key)
    predictions = Counter(gone.values())
    with_label = Counter(where for key, where in gone.items() if key in labelled)
    sql.many(
        # Where the hour is part of its day by now, this makes it anew, and the day takes it in: see `old_hours`.
        "INSERT INTO traffic (model_id, hour, predicted, predictions, labelled) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (model_id, hour, predicted) DO UPDATE SET"
        " predictions = traffic.predictions + excluded.predictions,"
        " labelled = traffic.labelled + excluded.labelled",
        [(*where, -count, -with_label[where]) for where, count in sorted(predictions.items())],
    )
    count_model_traffic(
        sql, ((model_id, predicted, -count) for (model_id, _, predicted), count in predictions.items())
    )


def _reduce_scores(sql: Dialect, ids: object) -> None:
    """Take the scores of predictions out; of those that retention dropped only the counts are left."""
    scored = sql.rows(
        "SELECT model_id, ts_us, intent, score FROM prediction WHERE model_id IS NOT NULL AND score IS NOT NULL"
        " AND prediction_id IN {ids}",
        ids,
    )
    take_scores_out(sql, KnownNames(sql), (tuple(row) for row in scored))
