"""Pages that stood when predictions of another age began to be bet on."""

from datetime import datetime

import msgspec

from monitor.domain.detection.detector import Signal


class KeptPage(msgspec.Struct, frozen=True, array_like=True):
    """A page that stands on although predictions of another age are bet on now.

    Outcome `page` won it, when predictions of at least `age_s` seconds were bet on (None: of any age), among the
    outcomes up to `upto`; the last of these evaluations judged as of `at`. What came later can only win the recall
    back.
    """

    page: int
    age_s: float | None
    upto: int
    at: datetime


KeptPages = tuple[KeptPage, ...]
"""Each stood when the next one's age began, the last until now."""


def kept_through(
    kept: KeptPages, page: Signal | None, before_s: float | None, age_s: float | None, upto: int, at: datetime
) -> KeptPages:
    """The kept pages, now that predictions of `age_s` count where those of `before_s` did, and `page` stands.

    A page that is kept already stays as it was kept, however often the age changes. Back at the age at which it was
    won, it is found again without being kept. Costs: nothing. Source: section 19, which asks that no page is withdrawn
    because of the age.

    >>> noon = datetime.fromisoformat("2026-11-23T12:00Z")
    >>> kept_through((), None, None, 3600.0, 90, noon)
    ()
    """
    if page is None:
        return ()
    if not kept or kept[-1].page != page.seq:
        kept = (*kept, KeptPage(page.seq, before_s, upto, at))
    return kept[:-1] if kept[-1].age_s == age_s else kept
