"""Anchors in, what `anchorwatch anchor` shows out."""

from collections.abc import Sequence
from typing import Any

from monitor.anchors.ports import ListedAnchor
from monitor.domain.anchors.promise import Anchor, Measured, Promise
from monitor.domain.recall.intervals import clopper_pearson
from reports.figures import moment
from reports.render.blocks import AnchorId, Block, Column, TableCell, View
from reports.words.grades import sentence


def size(anchor: Anchor) -> str:
    """How much an anchor holds, in words."""
    intents = sum(1 for _, slice_ in anchor.promises if not slice_)
    support = sum(p.shipped.support for (_, slice_), p in anchor.promises.items() if not slice_)
    return f"{intents} intents, {support:,} examples"


def as_object(listed: ListedAnchor, *, promises: bool = False) -> dict[str, Any]:
    """One anchor with every number unrounded."""
    anchor, came = listed.anchor, listed.anchor.provenance
    anchor_object: dict[str, Any] = {
        "id": anchor.id,
        "model": anchor.model.name,
        "version": anchor.model.version,
        "environment": anchor.model.environment,
        "active_since": listed.active_since.isoformat() if listed.active_since else None,
        "activated_by": listed.activated_by or None,
        "source": came.source,
        "sha256": came.sha256,
        "importer": came.importer,
        "imported_at": came.imported_at.isoformat(),
        "examples": came.examples,
        "run": came.run or None,
        "dataset": came.dataset or None,
    }
    if promises:
        anchor_object["promises"] = [
            {
                "intent": intent,
                "slice": slice_ or None,
                "shipped": _numbers(promise.shipped),
                "real": _numbers(promise.real),
                "misses_to": dict(promise.misses_to),
                "grade": promise.grade or None,
                "grade_reasons": [sentence(reason) for reason in promise.grade_reasons],
            }
            for (intent, slice_), promise in sorted(anchor.promises.items())
        ]
    return anchor_object


def anchors_view(listed: Sequence[ListedAnchor]) -> View:
    """Every anchor, each in a line."""
    rows: list[list[str | TableCell]] = [
        [
            TableCell(anchor.id[:12], leads_to=AnchorId(anchor.id)),
            str(anchor.model),
            anchor.provenance.source,
            size(anchor),
            f"{anchor.provenance.imported_at:%Y-%m-%d %H:%M}",
            f"{each.active_since:%Y-%m-%d %H:%M}" if each.active_since else "-",
            each.activated_by,
        ]
        for each in listed
        for anchor in [each.anchor]
    ]
    columns = (
        "anchor",
        "model",
        Column("from", spare=1),
        "holds",
        Column("imported", spare=2),
        "active since",
        Column("by", spare=3),
    )
    block = Block(columns=columns, rows=rows, notes=[] if rows else ["no anchor was imported"])
    return View([block], [as_object(anchor) for anchor in listed])


def anchor_view(listed: ListedAnchor) -> View:
    """One anchor, intent by intent."""
    anchor, came = listed.anchor, listed.anchor.provenance
    state = f"active since {moment(listed.active_since)}" if listed.active_since else "not active"
    state += f", by {listed.activated_by}" if listed.activated_by else ""
    about = [
        f"{anchor.model}, {state}",
        f"id {anchor.id}",
        f"from {came.source} ({came.importer}, sha256 {came.sha256[:12]}), {came.examples:,} examples kept",
    ]
    if came.run:
        about.append(f"run {came.run}" + (f", evaluated on {came.dataset}" if came.dataset else ""))
    figures = (
        Column("recall", figures=True),
        Column("95 % interval", figures=True, spare=1),
        *(Column(name, figures=True) for name in ("of", "on real rows", "of")),
    )
    rows = [
        _row(f"{intent} {slice_}".strip(), promise)
        for (intent, slice_), promise in sorted(anchor.promises.items())
    ]
    blocks = [Block(lines=about), Block(columns=["intent", *figures], rows=rows)]
    return View(blocks, as_object(listed, promises=True))


def _row(name: str, promise: Promise) -> list[str]:
    real = promise.real if promise.real and promise.real.support else None
    return [
        name,
        f"{promise.shipped.recall:.3f}",
        _interval(promise.shipped),
        str(promise.shipped.support),
        f"{real.recall:.3f}" if real else "-",
        str(real.support) if real else "-",
    ]


def _numbers(measured: Measured | None) -> dict[str, float] | None:
    return {"recall": measured.recall, "support": measured.support} if measured and measured.support else None


def _interval(measured: Measured) -> str:
    low, high = clopper_pearson(measured.hits, measured.support)
    return f"{low:.2f} to {high:.2f}"
