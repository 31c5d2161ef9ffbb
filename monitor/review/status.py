"""What people ask of the database as it stands."""

from collections.abc import Mapping
from datetime import datetime

from monitor.domain.events.types import Model
from monitor.domain.labelling.clustering import Clustering
from monitor.domain.recall.out_of_scope import OutOfScope, out_of_scope
from monitor.review.corrections import corrected_recalls, corrected_to_nobody
from monitor.review.ports.incidents import IncidentRecords
from monitor.review.ports.status import ModelLimits, Overview, StatusStore, is_late
from monitor.review.unconfirmed import unconfirmed_ends
from monitor.review.weak_labels import weak_recalls
from monitor.settings.settings import Settings


def overview(
    status: StatusStore,
    incidents: IncidentRecords,
    settings: Settings,
    database: str,
    asked_at: datetime | None = None,
) -> Overview:
    """Everything as it was last judged; `database` is its address. Ages are as of `asked_at`."""
    cells, everywhere, judged_at = status.cells(), _limits(settings), status.judged_at()
    clustered, corrections = status.clustered(), status.corrections()
    return Overview(
        cells=cells,
        purse=status.purse(),
        events=status.event_counts(),
        labels_waiting=status.labels_waiting(),
        complaints=status.complaints(),
        weak=weak_recalls(status.weak_labels(), cells),
        corrected=corrected_recalls(corrections, cells),
        corrected_to_nobody=corrected_to_nobody(corrections, cells),
        most_intents=settings.limits.intents,
        caps=everywhere.caps,
        false_pages_per_year=settings.judge.false_pages_per_year,
        detect_within_days=everywhere.detect_within_days,
        database=database,
        judged_at=judged_at,
        unjudged=status.unjudged(),
        registry_away=status.registry_away(),
        # Of an archive that is configured no more nothing waits.
        archive_trouble=None if settings.retention.archive is None else status.archive_trouble(),
        asked_at=asked_at,
        by_events=is_late(judged_at, asked_at) and status.judged_by_events(),
        released=status.released(),
        clustered=clustered,
        skipped=status.skipped(),
        labelling=status.labelling(),
        early=status.early(),
        out_of_scope=_out_of_scope(status, clustered, settings.sampling.min_probability),
        retired={
            model: known.retirement
            for model, known in status.services().items()
            if known.retirement is not None
        },
        limits={each.state.cell.model: _limits(settings.of(each.state.cell.model)) for each in cells}
        if settings.models
        else {},
        unconfirmed=unconfirmed_ends(status, [each.state for each in cells], incidents.all())
        if any(each.state.unconfirmed for each in cells)
        else [],
    )


def _limits(settings: Settings) -> ModelLimits:
    return ModelLimits({rule.name: rule.cap for rule in settings.slices}, settings.judge.detect_within_days)


def _out_of_scope(
    status: StatusStore, clustered: Mapping[Model, Clustering], min_probability: float
) -> dict[Model, OutOfScope]:
    known = {}
    for model, tally in status.out_of_scope(min_probability).items():
        seen = clustered.get(model)
        effect = seen.design_effect if seen is not None and seen.bet_together else 1.0
        known[model] = out_of_scope(tally, min_probability, effect)
    return {model: each for model, each in known.items() if each is not None}
