"""An open database in, everything as it stands now out."""

from monitor.app.clock import now
from monitor.app.stores import Stores
from monitor.review.ports.status import Overview
from monitor.review.status import overview


def overview_now(stores: Stores) -> Overview:
    """What `status` shows, with ages as of this moment."""
    return overview(stores.status, stores.incidents, stores.settings, stores.address, now())
