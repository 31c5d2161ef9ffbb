"""`anchorwatch config`: is it sound, and what is in force."""

from monitor.cli.common import ConfigOption, SetOption, out, parsed, print_json
from monitor.settings.load import load


def check(config: ConfigOption = None, overrides: SetOption = None) -> None:
    """List every problem with its place and exit 2, or say that there is none. Connects to nothing."""
    load(config, parsed(overrides))
    out.print("the configuration is sound")


def show(config: ConfigOption = None, overrides: SetOption = None) -> None:
    """Print what is in force, as JSON; secrets are starred out."""
    print_json(load(config, parsed(overrides)).model_dump(mode="json"))
