"""What people answer in a labelling tool, taken in as it is told."""

from connectors.sql.labels.held_labels import HeldLabels
from connectors.sql.labels.turns import wait_for_turn
from monitor.app.clock import now
from monitor.app.posted_labels import LabelDoor, take_posted
from monitor.app.stores import Stores
from monitor.domain.labelling.heard import HeardAnnotations, HeardLabels
from monitor.labels.hearing import events_of


def take_annotations(stores: Stores, heard: HeardAnnotations, door: LabelDoor) -> HeardLabels:
    """Take them in; call it within an atomic transaction.

    Raises:
        UnavailableError: as `take_posted`.
    """
    wait_for_turn(stores.engine)
    held = HeldLabels(stores.engine, stores.settings.labels.out_of_scope)
    made = events_of(heard, held, now())
    return HeardLabels(take_posted(stores, made.events, door), made.no_label, made.unheard_of)
