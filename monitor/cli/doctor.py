"""`anchorwatch doctor`: try the broker, topics, database, anchors and sinks, and say what to do and who may enter."""

import typer

from monitor.app.doctor import check_up
from monitor.app.findings import CheckStatus
from monitor.cli.common import ConfigOption, JsonOption, SetOption, parsed
from monitor.cli.show import show
from monitor.settings.load import load
from reports.tables.doctor import doctor_view


def doctor(config: ConfigOption = None, overrides: SetOption = None, *, as_json: JsonOption = False) -> None:
    """Check everything the agent depends on. Sends no message and changes nothing. Exit 1 on a fault."""
    results = check_up(load(config, parsed(overrides)))
    show(doctor_view(results), as_json=as_json)
    if any(result.health is CheckStatus.BAD for result in results):
        raise typer.Exit(1)
