"""`anchorwatch doctor`: try the broker, topics, database, anchors and sinks, and say what to do."""

import typer

from monitor.app.doctor import CheckStatus, check_up
from monitor.cli.common import ConfigOption, JsonOption, SetOption, out, parsed, print_json
from monitor.settings.load import load
from reports.tables import doctor as shown


def doctor(config: ConfigOption = None, overrides: SetOption = None, *, as_json: JsonOption = False) -> None:
    """Check everything the agent depends on. Sends no message and changes nothing. Exit 1 on a fault."""
    findings = check_up(load(config, parsed(overrides)))
    if as_json:
        print_json([shown.as_object(finding) for finding in findings])
    else:
        out.print(shown.table(findings, plain=not out.is_terminal))
    if any(finding.health is CheckStatus.BAD for finding in findings):
        raise typer.Exit(1)
