"""Where a cell's offline examples come from: what is kept of them, or else what an audit saw of them, counted."""

from collections.abc import Sequence

import msgspec

from monitor.domain.analysis.casefile import Member, Sample
from monitor.domain.anchors.promise import Measured
from monitor.domain.anchors.texts import GENERATED, REAL


class ExampleOrigins(msgspec.Struct, frozen=True, kw_only=True):
    """Of `examples` of a cell so many are `generated`, and so many of `unknown` origin.

    `audited`: nothing that tells origins is kept with the anchor, an audit saw them in a file. `anchored` are all the
    examples that are kept with the anchor, of whatever cell (0: it came as numbers alone). `real` is the offline
    recall of the real ones, None where none is known.
    """

    examples: int = 0
    generated: int = 0
    unknown: int = 0
    audited: bool = False
    anchored: int = 0
    real: Measured | None = None


def origins(member: Member) -> ExampleOrigins:
    """What is known of one member's examples."""
    kept, seen = member.samples, member.promise.evidence
    real = member.promise.real if member.promise.real and member.promise.real.support else _real(kept)
    told = [sample for sample in kept if sample.origin]
    if not told and seen is not None and not member.facts.cell.slice and seen.real + seen.generated:
        return ExampleOrigins(
            examples=seen.support,
            generated=seen.generated,
            unknown=seen.unknown,
            audited=True,
            anchored=max(member.anchored, len(kept)),
            real=real
            if real is not None or seen.real_recall is None
            else Measured(seen.real_recall, seen.real),
        )
    return ExampleOrigins(
        examples=len(kept),
        generated=sum(sample.origin == GENERATED for sample in kept),
        unknown=len(kept) - len(told),
        anchored=max(member.anchored, len(kept)),
        real=real,
    )


def _real(samples: Sequence[Sample]) -> Measured | None:
    hits = [sample.hit for sample in samples if sample.origin == REAL]
    return Measured(sum(hits) / len(hits), len(hits)) if hits else None
