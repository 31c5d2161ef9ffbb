"""`anchorwatch serve`: the watch room, for a browser on this machine."""

import signal
from typing import Annotated

import typer

from monitor.app.collector import spare_the_collector
from monitor.app.serving import watch_room_server
from monitor.cli.common import ConfigOption, SetOption, note
from monitor.cli.logs import log_to_stderr
from monitor.cli.opened import opened


def serve(
    config: ConfigOption = None,
    overrides: SetOption = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65_535, help="Where; `web.port` unless given.")
    ] = None,
) -> None:
    """Show the watch room to a browser on this machine: what `status` and `incident` say, and the same actions."""
    log_to_stderr()
    spare_the_collector()
    with opened(config, overrides) as stores:
        server = watch_room_server(stores, port)
        note(f"the watch room is at {stores.settings.web.url or server.address} until this is ended (Ctrl-C)")
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: server.stop())
        server.run()
