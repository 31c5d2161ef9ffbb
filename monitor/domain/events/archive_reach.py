"""From when to when predictions are all there, where not all are kept in one place."""

from datetime import datetime

import msgspec


class ArchiveReach(msgspec.Struct, frozen=True):
    """Predictions made from `begin` on and before `until` are all there, as far as they had come; later ones are not.

    `begin` is the day of the first. Times of labels have no part in it.
    """

    begin: datetime
    until: datetime
