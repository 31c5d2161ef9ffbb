"""Corrections in; which predictions have an outcome by them, or have none any more, out."""

from collections.abc import Iterable, Mapping

from connectors.sql.dialect import Dialect
from connectors.sql.model_ids import ModelIds
from connectors.sql.predicted_names import KnownNames
from monitor.domain.events.joined import Known, Revision
from monitor.domain.events.microseconds import HOUR_US, to_us
from monitor.domain.events.types import Model


def labelled_or_not(
    revised: Iterable[Revision], known: Mapping[str, Mapping[Model, Known]]
) -> Iterable[tuple[Known, int]]:
    """The predictions that gained (1) or lost (-1) their outcome."""
    for r in revised:
        change = (r.after.intent is not None) - (r.before.intent is not None)
        yield known[r.after.prediction_id][r.model], change


def count_labelled(sql: Dialect, models: ModelIds, changed: Iterable[tuple[Known, int]]) -> None:
    """Count them in or out of the traffic, where their predictions are counted already."""
    names = KnownNames(sql)
    for of, change in changed:
        if change:
            model_id = models.id_of(sql, of.model)
            sql.run(
                "UPDATE traffic SET labelled = labelled + ? WHERE model_id = ? AND hour = ? AND predicted = ?",
                change,
                model_id,
                to_us(of.ts) // HOUR_US,
                names.counted_as(model_id, of.intent),
            )
