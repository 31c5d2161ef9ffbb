"""What a command works on: the configured database, open while it runs."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from monitor.app.stores import Stores, open_stores
from monitor.cli.common import parsed
from monitor.settings.load import load


@contextmanager
def opened(
    config: Sequence[Path] | None, overrides: list[str] | None = None, *, new_too: bool = False
) -> Iterator[Stores]:
    """The configured database, closed afterwards. It must be there; `new_too` makes it where it is not."""
    stores = open_stores(load(config, parsed(overrides)), new_too=new_too)
    try:
        yield stores
    finally:
        stores.close()
