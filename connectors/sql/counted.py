"""How far outcomes and corrections have been counted: all models alike, but for those whose counting failed lately."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from connectors.sql.counters import drop_counter, put_counter
from connectors.sql.dialect import Dialect
from monitor.evaluate.ports import CountedUpTo

_OUTCOME, _REVISION = "evaluated_outcome", "evaluated_revision"


class CountingProgress(NamedTuple):
    """The position that holds for all models, and those, by the model's number, that hold instead."""

    upto: CountedUpTo
    behind: Mapping[int, CountedUpTo]

    def of(self, model_id: int) -> CountedUpTo:
        """How far a model has been counted."""
        return self.behind.get(model_id, self.upto)


def read_counted(sql: Dialect) -> CountingProgress:
    """How far each model has been counted."""
    values = {
        name: int(value)
        for name, value in sql.rows("SELECT name, value FROM counter WHERE name LIKE 'evaluated%'")
    }
    begin = _of(_OUTCOME, "")
    ids = [int(name.removeprefix(begin)) for name in values if name.startswith(begin)]
    return CountingProgress(
        CountedUpTo(values.get(_OUTCOME, 0), values.get(_REVISION, 0)),
        {each: CountedUpTo(values[_of(_OUTCOME, each)], values[_of(_REVISION, each)]) for each in ids},
    )


def write_counted(sql: Dialect, counted: CountingProgress, no_longer: Iterable[int]) -> None:
    """Note how far each model has been counted; `no_longer` are those that were behind and are not now."""
    named = {_OUTCOME: counted.upto.outcome, _REVISION: counted.upto.revision}
    for model_id, upto in counted.behind.items():
        named |= {_of(_OUTCOME, model_id): upto.outcome, _of(_REVISION, model_id): upto.revision}
    for name, value in named.items():
        put_counter(sql, name, value)
    for model_id in no_longer:
        for what in (_OUTCOME, _REVISION):
            drop_counter(sql, _of(what, model_id))


def _of(what: str, model_id: int | str) -> str:
    return f"{what} of {model_id}"
