"""What a command of the person on call works on: incidents, silences and sinks, open while it runs."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from monitor.app.oncall_stores import OnCallStores, open_oncall_stores
from monitor.cli.common import parsed
from monitor.settings.load import load


def opened_oncall(
    config: Sequence[Path] | None, *, overrides: list[str] | None = None, new_too: bool = False
) -> closing[OnCallStores]:
    """The configured database, closed afterwards. It must be there; `new_too` makes it where it is not."""
    return closing(open_oncall_stores(load(config, parsed(overrides)), new_too=new_too))
