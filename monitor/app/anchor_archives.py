"""Offline numbers from a past period of production, as an archive keeps it."""

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from connectors.files.anchors.reader import AnchorFile
from connectors.lake.period import period_counts
from monitor.app.anchors import ImportedAnchor, keep, of_intents
from monitor.app.clock import now
from monitor.app.lakes import opened_lake
from monitor.app.stores import Stores
from monitor.domain.anchors.period import Period, period
from monitor.domain.anchors.promise import Provenance
from monitor.domain.events.types import Model
from monitor.errors import ConfigError

IMPORTER = "archive"


class PastPeriod(NamedTuple):
    """The predictions of an archive made from `since` on and before `until`, read by an `engine`."""

    archive: str
    engine: str
    since: datetime
    until: datetime

    def __str__(self) -> str:
        return f"{self.archive} {self.since:%Y-%m-%dT%H:%MZ}/{self.until:%Y-%m-%dT%H:%MZ}"


def import_period(
    stores: Stores, past: PastPeriod, model: Model, intents: Sequence[str] = (), *, activated_by: str = ""
) -> ImportedAnchor:
    """Keep what a model version showed in a period as its offline recall, of these intents or of all.

    Raises:
        ConfigError: the archive can't be read, nothing in the period was drawn uniformly, or it was at several rates.
        UnavailableError: the archive is out of reach.
    """
    if past.since >= past.until:
        raise ConfigError([f"--since {past.since:%Y-%m-%d} is not before --until {past.until:%Y-%m-%d}"])
    with opened_lake(stores.settings, past.archive, past.engine) as lake:
        counts = period_counts(lake, model, past.since, past.until)
    found = period(counts)
    _require_usable(found, past, model)
    promises = {key: promise for key, promise in found.promises.items() if not intents or key[0] in intents}
    if missing := sorted(set(intents) - {intent for intent, _ in promises}):
        raise ConfigError([f"{past}: no labelled ticket of {name}" for name in missing])
    listed = [[*count[:2], count.design.value, *count[3:]] for count in sorted(counts, key=repr)]
    hashed = sha256(json.dumps(listed, ensure_ascii=True).encode()).hexdigest()
    warnings = [
        f"{past}: {tickets:,} labelled tickets were drawn {design.value}, not uniformly; left out"
        for design, tickets in sorted(found.left_out.items())
    ]
    content = of_intents(stores, AnchorFile(promises, [], IMPORTER, hashed, warnings), str(past), model)
    return keep(
        stores, model, content, Provenance(str(past), hashed, IMPORTER, now()), activated_by=activated_by
    )


def _require_usable(found: Period, past: PastPeriod, model: Model) -> None:
    if not found.promises:
        others = ", ".join(
            f"{tickets:,} {design.value}" for design, tickets in sorted(found.left_out.items())
        )
        raise ConfigError(
            [
                f"{past}: no labelled ticket of {model} was drawn uniformly (otherwise: {others or 'none'});"
                " what was drawn by its prediction, or nobody knows how, tells no recall to hold a model to"
            ]
        )
    if len(found.chances) > 1:
        chances = ", ".join("unknown" if chance is None else f"{chance:g}" for chance in found.chances)
        raise ConfigError(
            [
                f"{past}: tickets were drawn with several chances ({chances}), so some days would count for more than"
                " others; choose --since and --until within one"
            ]
        )
