"""Offline numbers from a past period of production, as an archive keeps it."""

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from connectors.files.anchors.reader import AnchorFile
from connectors.lake.period import models_in, period_counts
from monitor.app.anchors import ImportedAnchor, keep, of_intents
from monitor.app.clock import now
from monitor.app.lakes import opened_lake
from monitor.app.stores import Stores
from monitor.domain.anchors.period import Period, period
from monitor.domain.anchors.promise import Provenance
from monitor.domain.events.archive_reach import ArchiveReach
from monitor.domain.events.types import Model
from monitor.errors import ConfigError, NotFoundError
from monitor.review.narrowing import unknown_name
from monitor.settings.archive import without_keys
from reports.figures import moment

IMPORTER = "archive"


class PastPeriod(NamedTuple):
    """What a model predicted from `since` on and before `until`, as an `engine` reads it in an archive."""

    archive: str
    engine: str
    since: datetime
    until: datetime
    model: Model

    def __str__(self) -> str:
        return f"{without_keys(self.archive)} {self.since:%Y-%m-%dT%H:%MZ}/{self.until:%Y-%m-%dT%H:%MZ}"


def require_period(archive: str, reach: ArchiveReach | None, since: datetime, until: datetime) -> None:
    """See to it that a period is one, and that an archive holds all of it; without a `reach` only the first.

    Raises:
        ConfigError: it ends before it begins, or the archive does not reach so far.
    """
    where = f"the archive {without_keys(archive)}"
    problems = []
    if since >= until:
        problems.append(f"--since {moment(since)} is not before --until {moment(until)}")
    if reach is not None and since < reach.begin:
        problems.append(
            f"--since {moment(since)}: {where} holds predictions made from {moment(reach.begin)} on"
        )
    if reach is not None and until > reach.until:
        problems.append(
            f"--until {moment(until)}: {where} holds predictions made before {moment(reach.until)}"
        )
    if problems:
        raise ConfigError(problems)


def import_period(
    stores: Stores, past: PastPeriod, intents: Sequence[str] = (), *, activated_by: str = ""
) -> ImportedAnchor:
    """Keep what a model version showed in a period as its offline recall, of these intents or of all.

    Raises:
        ConfigError: the archive can't be read, nothing in the period was drawn uniformly, or it was at several rates.
        NotFoundError: the archive holds nothing of that model.
        UnavailableError: the archive is out of reach.
    """
    model = past.model
    with opened_lake(stores.settings, past.archive, past.engine) as lake:
        counts = period_counts(lake, model, past.since, past.until)
        if not counts:
            _require_known(model, models_in(lake))
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


def _require_known(model: Model, known: Sequence[Model]) -> None:
    """See to it that an archive holds predictions of a model."""
    wanted = (model.name, model.version, model.environment)
    named = [(each.name, each.version, each.environment) for each in known]
    for place, option in enumerate(("--model", "--version", "--environment")):
        names = sorted({each[place] for each in named if each[:place] == wanted[:place]})
        if wanted[place] not in names:
            raise NotFoundError([unknown_name(option, wanted[place], names)])


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
