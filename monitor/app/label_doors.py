"""Where labels are sent to, by who sends them."""

from collections.abc import Mapping

from connectors.formats.make import label_decoder
from monitor.app.posted_labels import OF_THE_API, LabelDoor
from monitor.settings.settings import Settings


def label_doors(settings: Settings) -> Mapping[str, LabelDoor]:
    """The door of each sender of `web.hooks.labels`, by its name; under "" that of the API."""
    senders = settings.web.hooks.label_senders
    return {"": OF_THE_API} | {
        each.name: LabelDoor(each.address, label_decoder(each.map)) for each in senders
    }
