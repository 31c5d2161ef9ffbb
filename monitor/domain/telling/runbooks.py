"""A notice that names one of our runbooks in, the same with an address that opens out."""

import msgspec

from monitor.domain.telling.kinds import RUNBOOKS
from monitor.domain.telling.notices import Notice

_BEFORE, _AFTER = "docs/runbooks/", ".md"  # how notices of the first release named a runbook


def linked(notice: Notice, folder: str) -> Notice:
    """The notice with its runbook's address in `folder`; one that the configuration names stays as it is."""
    return msgspec.structs.replace(notice, runbook=address(notice.runbook, folder))


def address(runbook: str, folder: str) -> str:
    """Where a runbook can be read: one of ours in `folder`, any other as it is.

    >>> address("recall-drop", "https://wiki.example/anchorwatch/")
    'https://wiki.example/anchorwatch/recall-drop.md'
    """
    name = runbook.removeprefix(_BEFORE).removesuffix(_AFTER)
    return f"{folder.rstrip('/')}/{name}.md" if name in RUNBOOKS.values() else runbook
