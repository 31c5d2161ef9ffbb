"""Use case 4: anchors are imported, given their examples, and activated."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import msgspec

from monitor.anchors.ports import AnchorStore, AuditStore, ListedAnchor
from monitor.domain.anchors.audit import IntentAudit, audit
from monitor.domain.anchors.promise import Anchor, Example, Promise, Provenance, build, disagreements
from monitor.domain.anchors.texts import GENERATED, LabelledText, ReferenceTexts
from monitor.domain.events.types import Model
from monitor.domain.text.descriptors import describe, text_to_keep
from monitor.errors import ConfigError, InputError, NotFoundError


def import_anchor(
    store: AnchorStore,
    model: Model,
    promises: Mapping[tuple[str, str], Promise],
    examples: Sequence[Example],
    provenance: Provenance,
    *,
    keep_text: bool = False,
) -> tuple[Anchor, bool]:
    """Keep an anchor; the anchor, and whether it was new. The same numbers again give the same anchor.

    Of its examples' texts the descriptors are kept, and the texts only with `keep_text`.
    """
    anchor = build(model, promises, provenance)
    return anchor, store.add(anchor, described(examples, keep_text=keep_text))


def attach_examples(
    store: AnchorStore,
    listed: ListedAnchor,
    promises: Mapping[tuple[str, str], Promise],
    examples: Sequence[Example],
    sha256: str,
    *,
    keep_text: bool = False,
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
    store.attach(anchor, promises, described(examples, keep_text=keep_text), sha256)


def find(store: AnchorStore, wanted: str) -> ListedAnchor:
    """The one anchor whose id begins with `wanted`.

    Raises:
        NotFoundError: there is none.
        ConfigError: there is more than one.
    """
    matching = [listed for listed in store.all() if wanted and listed.anchor.id.startswith(wanted)]
    if not matching:
        raise NotFoundError([f"no anchor's id begins with {wanted!r}; `anchorwatch anchor list` shows them"])
    if len(matching) > 1:
        raise ConfigError([f"{len(matching)} anchors' ids begin with {wanted!r}; give more of it"])
    return matching[0]


def active(store: AnchorStore, model: Model) -> Anchor | None:
    """The anchor that a model is held to."""
    held = (listed.anchor for listed in store.all() if listed.active_since is not None)
    return next((anchor for anchor in held if anchor.model == model), None)


def active_promises(store: AnchorStore, model: Model) -> dict[str, Promise]:
    """What a model is held to, by whole intent.

    Raises:
        ConfigError: it is held to nothing.
    """
    anchor = active(store, model)
    if anchor is not None:
        return {intent: promise for (intent, slice_), promise in anchor.promises.items() if not slice_}
    raise ConfigError([f"{model} has no active anchor; `anchorwatch anchor list` shows what there is"])


def audit_stored(
    audits: AuditStore, anchor: Anchor, intents: Sequence[str] = (), sources: ReferenceTexts | None = None
) -> list[IntentAudit]:
    """Audit an anchor by what the database keeps of its examples, against the live tickets that it keeps.

    `sources` are what else is known; production is looked up unless it is among them.

    Raises:
        ConfigError: nothing is kept of the examples behind the anchor.
    """
    rows = audits.examples(anchor.id)
    if not rows:
        raise ConfigError(
            [
                f"nothing is kept of the texts behind anchor {anchor.id[:12]}; give the file of its examples,"
                " or attach it: anchorwatch anchor attach-examples FILE --anchor " + anchor.id[:12]
            ]
        )
    return _against_production(audits, anchor, rows, intents, sources or ReferenceTexts())


def _against_production(
    audits: AuditStore,
    anchor: Anchor,
    rows: Sequence[LabelledText],
    intents: Sequence[str],
    given: ReferenceTexts,
) -> list[IntentAudit]:
    if given.production is None:
        wanted = sorted(set(intents) or {row.intent for row in rows})
        written = {row.intent for row in rows if row.origin == GENERATED}
        live = audits.production(anchor.model, sorted(set(wanted) | written))
        given = msgspec.structs.replace(given, production=live)
    return audit(rows, given, intents)


def audit_ungraded(store: AnchorStore, audits: AuditStore, watched: Collection[tuple[Model, str]]) -> int:
    """Audit what nobody has audited yet, of the watched intents of active anchors; how many grades that gave.

    An intent waits until it has enough live tickets to be compared with.
    """
    graded = 0
    for listed in store.all():
        anchor = listed.anchor
        bare = [
            intent
            for (intent, slice_), promise in anchor.promises.items()
            if not slice_ and not promise.grade and (anchor.model, intent) in watched
        ]
        if listed.active_since is None or not bare or not anchor.provenance.examples:
            continue
        rows = audits.examples(anchor.id)
        wanted = sorted({row.intent for row in rows} & set(bare))
        if not wanted:
            continue
        audited = _against_production(audits, anchor, rows, wanted, ReferenceTexts())
        useful = [audit for audit in audited if audit.evidence.production]
        keep_grades(store, anchor, useful, only_new=True)
        graded += len(useful)
    return graded


def keep_grades(
    store: AnchorStore, anchor: Anchor, audits: Sequence[IntentAudit], *, only_new: bool = False
) -> list[str]:
    """Remember an audit, so that pages can quote it; the intents whose grade was not kept.

    A look at less does not take the place of a look at more: a grade that rests on production stays where this audit
    saw none. With `only_new` no grade is replaced at all.

    Raises:
        ConfigError: the audited file is not the one behind the anchor: every intent that differs.
    """
    different = [
        f"{audit.intent}: the file has {audit.evidence.support} examples, anchor {anchor.id[:12]} has"
        f" {promise.shipped.support if promise else 'none'}; audit the file it was made from"
        for audit in audits
        for promise in [anchor.promise(audit.intent)]
        if promise is None or promise.shipped.support != audit.evidence.support
    ]
    if different:
        raise ConfigError(different)
    poorer = [audit.intent for audit in audits if _poorer(audit, anchor.promise(audit.intent))]
    better = {audit.intent: audit.graded for audit in audits if audit.intent not in poorer}
    store.keep_grades(anchor, better, only_new=only_new)
    return poorer


def _poorer(audit: IntentAudit, before: Promise | None) -> bool:
    known = before.evidence if before is not None else None
    return known is not None and known.production is not None and audit.evidence.production is None


def described(examples: Sequence[Example], *, keep_text: bool) -> list[Example]:
    """Examples with the descriptors of their texts; the texts themselves only with `keep_text`."""
    return [
        msgspec.structs.replace(
            example,
            descriptors=(
                example.descriptors
                if example.text is None
                else describe(example.text, example.y_true).rounded()
            ),
            text=text_to_keep(example.text, keep_text=keep_text),
        )
        for example in examples
    ]


def activate(
    store: AnchorStore, anchor: Anchor, now: datetime, who: str, instead_of: str | None = None
) -> None:
    """Hold the anchor's model to it from the next evaluation on, over all its outcomes; `who` says so.

    `instead_of` is the id of the active anchor as they saw it, "" for none; without it they looked at none.

    Raises:
        InputError: nobody is named.
        ConfigError: another anchor was activated meanwhile, so something else would change than they saw.
    """
    if not who.strip():
        raise InputError({"--by": "say who you are: it is kept beside what you did"})
    known = store.activate(anchor, now, who, instead_of)
    if known is not None:
        raise ConfigError(
            [
                f"{anchor.model} is held to {f'anchor {known[:12]}' if known else 'no anchor'} by now, not to what you"
                " saw; look again at what would change"
            ]
        )
