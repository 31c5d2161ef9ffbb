"""What most pages of the watch room rest on: everything as it stands, once for all who ask within a second."""

from collections.abc import Callable
from typing import Final

from monitor.app.made_once import MadeOnce
from monitor.app.overviews import overview_now
from monitor.app.stores import Stores
from monitor.review.in_use import in_use
from monitor.review.narrowing import CellsAsked, narrowed
from monitor.review.ports.status import Overview
from reports.render.blocks import LateView
from reports.tables.incidents import incidents_view
from reports.tables.status import status_objects, status_view
from reports.web.now import nothing_yet, open_incidents

FRESH_S: Final = 1.0
"""So old may be what counts up with every batch that comes in. What people or evaluations change is seen at once."""


class RoomOverviews:
    """`mark` says whether a person or an evaluation changed anything. May be asked from several threads."""

    def __init__(self, stores: Stores, mark: Callable[[], str]) -> None:
        self._stores = stores
        self._everything = MadeOnce(self._look, mark=mark, fresh_s=FRESH_S)
        self._in_use = MadeOnce(lambda: in_use(self._everything()), mark=mark, fresh_s=FRESH_S)
        self._now = MadeOnce(self._see_now, mark=mark, fresh_s=FRESH_S)

    def everything(self) -> Overview:
        """Every cell that there is."""
        return self._everything()

    def in_use(self) -> Overview:
        """Those of versions and slices that are in use."""
        return self._in_use()

    def now(self) -> LateView:
        """The first page."""
        return self._now()

    def prepare(self) -> None:
        """Make the first page, so that nobody waits for it."""
        _ = self._now().blocks

    def narrowed(self, wanted: CellsAsked, environment: str) -> Overview:
        """The cells that are asked for; of retired versions only where a version is.

        Raises:
            NotFoundError: a pattern fits nothing that there is.
        """
        shown = self._everything() if wanted.version else self._in_use()
        if environment:
            there = [each for each in shown.cells if each.state.cell.model.environment == environment]
            shown = shown._replace(cells=there)
        return narrowed(shown, wanted)

    def _look(self) -> Overview:
        return overview_now(self._stores)

    def _see_now(self) -> LateView:
        here = self._in_use()
        standing = self._stores.incidents.all(open_only=True)
        nothing = [] if here.cells else [nothing_yet()]
        return LateView(
            lambda: [*open_incidents(standing), *status_view(here).blocks, *nothing],
            lambda: {"incidents": incidents_view(standing).content, "status": list(status_objects(here))},
        )
