"""What people ask of the database as it stands."""

from monitor.review.ports.status import Overview, StatusStore
from monitor.settings.settings import Settings


def overview(status: StatusStore, settings: Settings, database: str) -> Overview:
    """Everything as it was last judged; `database` is its address."""
    return Overview(
        cells=status.cells(),
        purse=status.purse(),
        events=status.event_counts(),
        labels_waiting=status.labels_waiting(),
        complaints=status.complaints(),
        most_intents=settings.limits.intents,
        caps={rule.name: rule.cap for rule in settings.slices},
        false_pages_per_year=settings.judge.false_pages_per_year,
        detect_within_days=settings.judge.detect_within_days,
        database=database,
        judged_at=status.judged_at(),
        released=status.released(),
        clustered=status.clustered(),
        labelling=status.labelling(),
        retired={
            model: known.retirement
            for model, known in status.services().items()
            if known.retirement is not None
        },
    )
