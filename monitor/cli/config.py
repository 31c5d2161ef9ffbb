"""`anchorwatch config`: is it sound, and what is in force."""

from monitor.cli.common import ConfigOption, SetOption, out, parsed
from monitor.cli.show import show as show_view
from monitor.settings.load import load
from reports.render.blocks import View


def check(config: ConfigOption = None, overrides: SetOption = None) -> None:
    """List every problem with its place and exit 2, or say that there is none. Connects to nothing."""
    load(config, parsed(overrides))
    out.print("the configuration is sound")


def show(config: ConfigOption = None, overrides: SetOption = None) -> None:
    """Print what is in force, as JSON; secrets are starred out."""
    show_view(View([], load(config, parsed(overrides)).model_dump(mode="json")), as_json=True)
