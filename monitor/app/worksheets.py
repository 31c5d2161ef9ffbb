"""A worksheet of a generated set looked through, alone or beside what an anchor measured of its intents."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from monitor.anchors.anchoring import active_promises
from monitor.app.stores import open_stores
from monitor.domain.anchors.red_flags import RedFlag, red_flags
from monitor.domain.anchors.worksheet import severity
from monitor.domain.events.types import Model
from monitor.domain.telling.routing import Severity
from monitor.settings.settings import Settings
from monitor.settings.worksheets import read_worksheet


class CheckedWorksheet(NamedTuple):
    """What a worksheet leaves to be desired, and how severe a fall of its intents is."""

    flags: Sequence[RedFlag]
    severity: Severity


def check_worksheet(settings: Settings, file: Path, model: Model | None = None) -> CheckedWorksheet:
    """Look through a worksheet; with a model also beside what its active anchor measured.

    Raises:
        ConfigError: it can't be read, or the model has no active anchor.
        UnavailableError: the database is out of reach.
    """
    worksheet, measured = read_worksheet(file), None
    if model is not None:
        with closing(open_stores(settings)) as stores:
            measured = active_promises(stores.anchors, model)
    return CheckedWorksheet(red_flags(worksheet, measured), severity(worksheet))
