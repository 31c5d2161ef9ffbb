"""Which predicted names of a model are counted apart, in traffic and in how it is labelled; the rest counts as one.

Who was admitted stays so. Once a name was not, none is any more: so a label counts where its prediction did, and
an agent that starts again finds the same names. No answer is no name: it counts apart and takes no place.
"""

from collections.abc import Iterable

from connectors.sql.dialect import Dialect
from monitor.domain.events.names import NO_ANSWER
from monitor.domain.slices.cells import OTHER

Named = tuple[int, str]  # a model's id, and a name that it predicted
_LOCK = 7_265_312  # any number of ours: beside the model's id, it locks nothing else


class Names:
    """The predicted names that a model has so far; `closed` says that no more are admitted."""

    def __init__(self, sql: Dialect, model_id: int) -> None:
        rows = sql.rows("SELECT name, the_rest FROM predicted_name WHERE model_id = ?", model_id)
        self.names = {NO_ANSWER, *(name for name, _ in rows)}
        self.closed = any(the_rest for _, the_rest in rows)

    def counted_as(self, predicted: str) -> str:
        """The name that a prediction counts under."""
        return predicted if predicted in self.names or not self.closed else OTHER


class KnownNames:
    """The names of each model as a transaction finds them, read when they are first asked for."""

    def __init__(self, sql: Dialect) -> None:
        self._sql = sql
        self._of: dict[int, Names] = {}

    def counted_as(self, model_id: int, predicted: str) -> str:
        """The name that a prediction counts under."""
        if model_id not in self._of:
            self._of[model_id] = Names(self._sql, model_id)
        return self._of[model_id].counted_as(predicted)


class PredictedNames:
    """The names of every model seen so far. What a transaction admits counts only once it is committed.

    `most` is how many a model may have beside those that an anchor of it measured before it was closed.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._of: dict[int, Names] = {}
        self._unsettled: set[int] = set()

    def admit(self, sql: Dialect, named: Iterable[Named]) -> None:
        """Admit what is new, in this order, as long as there is room."""
        new: dict[int, dict[str, None]] = {}
        for model_id, name in named:
            names = self._of.get(model_id)
            if names is None or (not names.closed and name not in names.names):
                new.setdefault(model_id, {})[name] = None
        for model_id in sorted(new):
            self._admit(sql, model_id, list(new[model_id]))

    def counted_as(self, model_id: int, predicted: str) -> str:
        """The name that a prediction counts under, once it was to be admitted."""
        return self._of[model_id].counted_as(predicted)

    def settle(self) -> None:
        """The transaction was committed: its names are there to stay."""
        self._unsettled.clear()

    def forget_unsettled(self) -> None:
        """A transaction was rolled back, and the names it admitted with it."""
        for model_id in self._unsettled:
            self._of.pop(model_id, None)
        self._unsettled.clear()

    def _admit(self, sql: Dialect, model_id: int, asked: list[str]) -> None:
        self._unsettled.add(model_id)
        if sql.postgresql:
            # Two agents admit one after the other, and the second sees what the first admitted.
            sql.row("SELECT pg_advisory_xact_lock(?, ?)", _LOCK, model_id)
        known = self._of[model_id] = Names(sql, model_id)
        missing = [name for name in asked if name not in known.names]
        if known.closed or not missing:
            return
        room = max(self._most - len(known.names - {NO_ANSWER}), 0)
        admitted = missing[:room]
        if len(missing) > room:
            # Never again will one be: what is promised has its own name, whether it was predicted yet or not.
            admitted += sorted(_promised(sql, model_id) - known.names - set(admitted))
            known.closed = True
        known.names.update(admitted)
        sql.many(
            "INSERT INTO predicted_name (model_id, name, the_rest) VALUES (?, ?, false)",
            [(model_id, name) for name in admitted],
        )
        if known.closed:
            sql.run(
                "INSERT INTO predicted_name (model_id, name, the_rest) VALUES (?, ?, true)"
                " ON CONFLICT (model_id, name) DO UPDATE SET the_rest = true",
                model_id,
                OTHER,
            )


def _promised(sql: Dialect, model_id: int) -> set[str]:
    return {
        intent
        for (intent,) in sql.rows(
            "SELECT DISTINCT p.intent FROM promise p JOIN anchor a ON a.id = p.anchor_id WHERE a.model_id = ?",
            model_id,
        )
    }
