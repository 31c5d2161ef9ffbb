"""Reports that were written in, a list of them out."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from reports.figures import moment
from reports.render.blocks import Block, View


class ReportWritten(Protocol):
    """A report's file, by its path within the folder."""

    @property
    def name(self) -> str:
        """Its path."""
        ...

    @property
    def written(self) -> datetime:
        """When it was written."""
        ...


def reports_view(reports: Sequence[ReportWritten], folder: Path | None) -> View:
    """Each with when it was written, the newest first; or where none are written, what to do."""
    content = [{"name": each.name, "written": each.written.isoformat()} for each in reports]
    if folder is None:
        words = "No report is written: `reports.folder` says where weekly reports and analyses are to lie."
        return View([Block(lines=[words])], content)
    if not reports:
        return View([Block(lines=[f"No report was written yet into {folder}."])], content)
    links = [(f"{each.name}, {moment(each.written)}", f"/reports/{quote(each.name)}") for each in reports]
    return View([Block(links=links)], content)
