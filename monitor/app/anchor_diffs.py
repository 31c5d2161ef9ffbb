"""Two anchors in an open database: what is otherwise by the one than by the other."""

from typing import NamedTuple

from connectors.sql.evaluate.trial import TrialStore
from monitor.anchors import anchoring
from monitor.app.clock import now
from monitor.app.stores import Stores
from monitor.domain.anchors.difference import AnchorDifference, IntentByAnchor, difference, held_intents
from monitor.domain.anchors.promise import Anchor
from monitor.evaluate.foresee import foresee


class _ByAnchor(NamedTuple):
    anchor: Anchor
    intents: dict[str, IntentByAnchor]


def anchor_difference(stores: Stores, after: str, before: str = "") -> AnchorDifference:
    """What changes where `after`, named by the beginning of its id, takes the place of `before`.

    Without `before` that is what its model is held to now. An anchor that a model was judged by stands as it was
    judged; of another it is foreseen. Nothing is written.

    Raises:
        NotFoundError: there is no such anchor.
        ConfigError: there is more than one.
        UnavailableError: the database is out of reach.
    """
    wanted = anchoring.find(stores.anchors, after).anchor
    holding = anchoring.active(stores.anchors, wanted.model)
    known = anchoring.find(stores.anchors, before).anchor if before else holding
    return difference(
        _held(stores, known) if known is not None else None,
        _held(stores, wanted),
        active_id=holding.id if holding is not None else "",
    )


def _held(stores: Stores, anchor: Anchor) -> _ByAnchor:
    basis = stores.settings.of(anchor.model).anchor.basis
    now_judged = [each.state for each in stores.status.cells() if each.state.cell.model == anchor.model]
    if any(state.held.anchor_id == anchor.id for state in now_judged):
        return _ByAnchor(anchor, held_intents(anchor, now_judged, basis))
    states = foresee(TrialStore(stores.engine), stores.settings, anchor, now())
    return _ByAnchor(anchor, held_intents(anchor, states, basis))
