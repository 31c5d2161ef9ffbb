"""`anchorwatch labels studio-config`: what to paste into Label Studio's labelling interface."""

from monitor.app.labelling_configuration import configuration_of
from monitor.cli.common import ConfigOption, SetOption
from monitor.cli.opened import opened
from monitor.cli.show import show_rows


def studio_config(config: ConfigOption = None, overrides: SetOption = None) -> None:
    """Print a labelling configuration for Label Studio, with the known intents as choices."""
    with opened(config, overrides) as stores:
        text = configuration_of(stores)
    show_rows(text)
