"""What `anchorwatch status` is made of, for tests of its tables."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from monitor.domain.detection.money import Purse
from monitor.domain.events.types import Model
from monitor.domain.judging.state import CellState
from monitor.review.ports.status import CellStatus, ModelLabels, Overview

JUDGED_AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def overview_of(
    states: Sequence[CellState],
    released: Mapping[Model, datetime] | None = None,
    purse: Purse | None = None,
    labelling: Sequence[ModelLabels] = (),
) -> Overview:
    """These cells, judged at `JUDGED_AT` with one false page a year and 14 days to see a fall, and nothing beside."""
    return Overview(
        cells=[CellStatus(state, None) for state in states],
        purse=purse,
        events=[],
        labels_waiting=0,
        complaints={},
        most_intents=1_000,
        caps={},
        false_pages_per_year=1.0,
        detect_within_days=14.0,
        database="sqlite:///here.db",
        judged_at=JUDGED_AT,
        released=released or {},
        labelling=labelling,
    )
