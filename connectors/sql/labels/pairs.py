"""The first two readings of each ticket, on SQLite or PostgreSQL. Reads only."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.database import reading
from connectors.sql.dialect import Dialect
from connectors.sql.labels.scope import IN_SCOPE
from connectors.sql.model_ids import OF_MODEL, names_of
from monitor.domain.events.holding import counted_intent
from monitor.domain.events.read_again import reader
from monitor.domain.events.types import Kind, Model
from monitor.domain.labelling.agreement import ReadingPair
from monitor.labels.ports import pairs as ports


class ReadingPairs(ports.ReadingPairs):
    """The `ReadingPairs` port. Cost: the tickets that two people read.

    Labels with an intent of `out_of_scope` say that there is none.
    """

    def __init__(self, engine: Engine, out_of_scope: Iterable[str] = ()) -> None:
        self._engine = engine
        self._out_of_scope = frozenset(out_of_scope)

    @override
    def of(self, model: Model) -> Sequence[ReadingPair]:
        with reading(self._engine) as connection:
            rows = Dialect(connection).rows(
                "SELECT o.prediction_id, o.predicted, l.intent, l.annotator, l.kind FROM outcome o"
                " JOIN model m ON m.id = o.model_id JOIN label l ON l.prediction_id = o.prediction_id"
                f" WHERE o.model_id = {OF_MODEL} AND o.first_intent IS NOT NULL AND o.intent IS NOT NULL"
                " AND NOT l.retracted AND l.kind IN ('human', 'adjudicated')"
                f" AND (l.annotator IS NOT NULL OR l.kind = 'adjudicated') AND {IN_SCOPE}"
                " ORDER BY o.prediction_id, l.labeled_at_us, l.label_id",
                *names_of(model),
            )
            counted: Counter[tuple[str, str, str, str | None, str | None]] = Counter()
            for _, ticket in groupby(map(tuple, rows), key=itemgetter(0)):
                labels = list(ticket)
                first = labels[0]
                second = next((each for each in labels if _reader(each) != _reader(first)), None)
                if second is not None:
                    said = (counted_intent(each[2], self._out_of_scope) for each in (first, second))
                    counted[(*said, first[1], first[3], second[3])] += 1
        return [ReadingPair(*pair, tickets) for pair, tickets in sorted(counted.items(), key=str)]


def _reader(row: tuple[str, ...]) -> tuple[bool, str | None]:
    return reader(Kind(row[4]), row[3])
