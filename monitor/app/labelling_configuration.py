"""What Label Studio has to ask, from what the database knows."""

from connectors.files.tasks.label_studio_tasks import labelling_configuration
from connectors.sql.labels.held_labels import HeldLabels
from monitor.app.stores import Stores
from monitor.errors import ConfigError


def configuration_of(stores: Stores) -> str:
    """A labelling configuration: one choice of the intents that an anchor promises or a model predicts.

    Raises:
        ConfigError: no intent is known, or too many are.
    """
    intents = sorted(HeldLabels(stores.engine, stores.settings.labels.out_of_scope).intents())
    if not intents:
        what = (
            "no intent is known, or more than limits.intents; import an anchor, or write the choices by hand"
        )
        raise ConfigError([what])
    return labelling_configuration(intents, with_text=stores.settings.privacy.keep_text)
