"""What a model showed in a period, counted by an engine."""

from datetime import datetime

from connectors.lake import tallies
from connectors.lake.outcomes import Lake, model_of
from monitor.domain.anchors.period import PeriodCount
from monitor.domain.events.microseconds import to_us
from monitor.domain.events.types import Design, Model


def period_counts(lake: Lake, model: Model, since: datetime, until: datetime) -> list[PeriodCount]:
    """The labelled tickets that a model answered from `since` on and before `until`."""
    rows = lake.outcomes
    rows = rows.filter(
        (rows.model == model.name)
        & (rows.version == model.version)
        & (rows.environment == model.environment)
        & (rows.ts_us >= to_us(since))
        & (rows.ts_us < to_us(until))
    )
    return [
        PeriodCount(
            row["intent"], row["predicted"], Design(row["design"]), row["probability"], row["outcomes"]
        )
        for row in lake.rows(tallies.confusions(rows))
    ]


def models_in(lake: Lake) -> list[Model]:
    """The models that any prediction is of."""
    return [model_of(row) for row in lake.rows(lake.predictions.select(*tallies.MODEL).distinct())]
