"""What people should know of events that were taken in: the log says it once, the database counts all of it."""

from collections.abc import Mapping

import structlog

from monitor.domain.events.fates import LIMITS, EventFate, FateKind, Limit
from monitor.domain.slices.cells import OTHER

log = structlog.get_logger(__name__)


class IngestWarnings:
    """Remembers what was said, as long as the process lives."""

    def __init__(self) -> None:
        self._logged: set[tuple[str, EventFate]] = set()

    def of_mends(self, counts: Mapping[tuple[str, EventFate], int]) -> None:
        """Once for each topic and each kind; the database counts all of them."""
        for topic, fate in counts:
            if fate.kind is FateKind.MENDED and (topic, fate) not in self._logged:
                self._logged.add((topic, fate))
                log.warning(
                    "events are put right as they come in; `anchorwatch status` counts them",
                    topic=topic,
                    what=fate.code,
                )

    def of_folds(self, folded: Mapping[Limit, int]) -> None:
        """Once for each limit; the database counts all of them."""
        for limit, count in folded.items():
            fate = EventFate.folded(limit)
            if count and (LIMITS, fate) not in self._logged:
                self._logged.add((LIMITS, fate))
                log.warning(
                    "there are more than a limit allows; the rest counts together: see `anchorwatch status`",
                    limit=limit.value,
                    counted_as=OTHER,
                )

    def of_unsent(self, unsent: Mapping[str, int]) -> None:
        """At every batch: why dead letters can't be sent, and how many."""
        for why, letters in unsent.items():
            log.warning(
                "dead letters can't be sent; the database has their place, code and hash",
                why=why,
                letters=letters,
            )
