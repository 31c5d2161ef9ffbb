"""`anchorwatch sink list`: which ways lead to a person, and what they did."""

from monitor.app.clock import now
from monitor.cli.common import ConfigOption, JsonOption
from monitor.cli.opened_oncall import opened_oncall
from monitor.cli.show import show
from reports.tables.sinks import sinks_view


def list_(config: ConfigOption = None, *, as_json: JsonOption = False) -> None:
    """Every sink, what waits for it and how long, when it is tried again, and what it did last."""
    with opened_oncall(config) as stores:
        records = stores.sink_records.of([sink.name for sink in stores.settings.sinks])
        kinds = {sink.name: sink.kind for sink in stores.settings.sinks}
    show(sinks_view(records, kinds, now()), as_json=as_json)
