"""What people ask of the database as it stands."""

from monitor.review.ports.incidents import IncidentRecords
from monitor.review.ports.status import ModelLimits, Overview, StatusStore
from monitor.review.unconfirmed import unconfirmed_ends
from monitor.review.weak_labels import weak_recalls
from monitor.settings.settings import Settings


def overview(status: StatusStore, incidents: IncidentRecords, settings: Settings, database: str) -> Overview:
    """Everything as it was last judged; `database` is its address."""
    cells, everywhere = status.cells(), _limits(settings)
    return Overview(
        cells=cells,
        purse=status.purse(),
        events=status.event_counts(),
        labels_waiting=status.labels_waiting(),
        complaints=status.complaints(),
        weak=weak_recalls(status.weak_labels(), cells),
        most_intents=settings.limits.intents,
        caps=everywhere.caps,
        false_pages_per_year=settings.judge.false_pages_per_year,
        detect_within_days=everywhere.detect_within_days,
        database=database,
        judged_at=status.judged_at(),
        unjudged=status.unjudged(),
        released=status.released(),
        clustered=status.clustered(),
        skipped=status.skipped(),
        labelling=status.labelling(),
        early=status.early(),
        retired={
            model: known.retirement
            for model, known in status.services().items()
            if known.retirement is not None
        },
        limits={each.state.cell.model: _limits(settings.of(each.state.cell.model)) for each in cells}
        if settings.models
        else {},
        unconfirmed=unconfirmed_ends(status, [each.state for each in cells], incidents.all())
        if any(each.state.bet.unconfirmed for each in cells)
        else [],
    )


def _limits(settings: Settings) -> ModelLimits:
    return ModelLimits({rule.name: rule.cap for rule in settings.slices}, settings.judge.detect_within_days)
