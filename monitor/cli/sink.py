"""`anchorwatch sink`: which ways lead to a person, and whether they do."""

from typing import Annotated

import typer

from monitor.app.wiring import now
from monitor.cli.common import ConfigOption, JsonOption, err, opened, out, print_json
from monitor.domain.telling.example import example_notice
from monitor.errors import ConfigError, DeliveryError, UnavailableError
from reports.pages.page import page_of
from reports.tables import sinks as shown

group = typer.Typer(no_args_is_help=True, help="The ways to reach people.")


@group.command("list")
def list_(config: ConfigOption = None, *, as_json: JsonOption = False) -> None:
    """Every sink, what waits for it, and what it did last."""
    with opened(config) as app:
        records = app.status.sinks([sink.name for sink in app.settings.sinks])
        kinds = {sink.name: sink.kind for sink in app.settings.sinks}
    if as_json:
        print_json([shown.as_object(record, kinds) for record in records])
    else:
        out.print(shown.table(records, kinds, plain=not out.is_terminal))


@group.command("test")
def try_(
    name: Annotated[str, typer.Argument(help="The sink's name in the configuration.")],
    config: ConfigOption = None,
) -> None:
    """Send a real message that says it is a test, and say whether it was taken.

    Exit code 5 where it was not.
    """
    with opened(config) as app:
        if name not in app.sinks:
            known = ", ".join(app.sinks) or "none"
            raise ConfigError([f"there is no sink called {name!r}; configured: {known}"])
        try:
            notice = example_notice(now(), app.settings.judge.false_pages_per_year)
            app.sinks[name].send(notice, page_of(notice))
        except DeliveryError as error:
            raise UnavailableError(f"{name} did not take the test: {error.reason}") from error
    err.print(f"{name} took the test", markup=False)
