"""Runbooks in, what `anchorwatch runbook` shows out."""

from reports.render.blocks import Block, View
from reports.runbooks import files


def runbooks_view() -> View:
    """Every runbook, by its name, with what happened."""
    titles = {name: files.title_of(name) for name in files.names()}
    return View([Block(columns=("", ""), rows=[[name, title] for name, title in titles.items()])], titles)


def runbook_view(name: str) -> View:
    """A runbook as it is written; `name` is one of `files.names()`."""
    text = files.text_of(name)
    return View([Block(verbatim=text.splitlines())], text)
