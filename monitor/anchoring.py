"""Use case 4: anchors are imported, given their examples, and activated."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from monitor.domain.anchors import Anchor, Example, Promise, Provenance, build, disagreements
from monitor.domain.audit import IntentAudit
from monitor.domain.events import Model
from monitor.errors import ConfigError
from monitor.ports import AnchorStore, ListedAnchor


def import_anchor(
    store: AnchorStore,
    model: Model,
    promises: Mapping[tuple[str, str], Promise],
    examples: Sequence[Example],
    provenance: Provenance,
) -> tuple[Anchor, bool]:
    """Keep an anchor; the anchor, and whether it was new. The same numbers again give the same anchor."""
    anchor = build(model, promises, provenance)
    return anchor, store.add(anchor, examples)


def attach_examples(
    store: AnchorStore,
    listed: ListedAnchor,
    promises: Mapping[tuple[str, str], Promise],
    examples: Sequence[Example],
    sha256: str,
) -> None:
    """Add the examples behind an anchor that was made from a report.

    Raises:
        ConfigError: the anchor has examples already, or they don't give the report's numbers: every intent
            that differs.
    """
    anchor = listed.anchor
    if not examples:
        raise ConfigError(["the file holds no examples: it needs the columns y_true and y_pred"])
    if anchor.provenance.examples:
        raise ConfigError(
            [
                f"anchor {anchor.id[:12]} has its {anchor.provenance.examples} examples already,"
                " and an anchor is never changed; import the file as an anchor of its own"
            ]
        )
    if different := disagreements(anchor, promises):
        raise ConfigError(different)
    store.attach(anchor, promises, examples, sha256)


def find(store: AnchorStore, wanted: str) -> ListedAnchor:
    """The one anchor whose id begins with `wanted`.

    Raises:
        ConfigError: there is none, or more than one.
    """
    found = [listed for listed in store.all() if wanted and listed.anchor.id.startswith(wanted)]
    if not found:
        raise ConfigError([f"no anchor's id begins with {wanted!r}; `anchorwatch anchor list` shows them"])
    if len(found) > 1:
        raise ConfigError([f"{len(found)} anchors' ids begin with {wanted!r}; give more of it"])
    return found[0]


def keep_grades(store: AnchorStore, anchor: Anchor, found: Sequence[IntentAudit]) -> None:
    """Remember an audit, so that pages can quote it.

    Raises:
        ConfigError: the audited file is not the one behind the anchor: every intent that differs.
    """
    different = [
        f"{one.intent}: the file has {one.evidence.support} examples, anchor {anchor.id[:12]} has"
        f" {promise.shipped.support if promise else 'none'}; audit the file it was made from"
        for one in found
        for promise in [anchor.promise(one.intent)]
        if promise is None or promise.shipped.support != one.evidence.support
    ]
    if different:
        raise ConfigError(different)
    store.keep_grades(anchor, {one.intent: one.graded for one in found})


def activate(store: AnchorStore, anchor: Anchor, now: datetime) -> None:
    """Hold the anchor's model to it from the next evaluation on, over all its outcomes."""
    store.activate(anchor, now)
