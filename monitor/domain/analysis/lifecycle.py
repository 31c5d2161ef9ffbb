"""The lifecycle of a polished ticket: what is known of each stage of a member's examples.

A generated example is wanted, made, filtered, labelled, evaluated, trained on and watched. At each stage an offline
number can go wrong. Nothing is guessed: what nobody recorded is None, and `reports.documents.lifecycle` asks for it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from monitor.domain.analysis.casefile import LiveTicket, Member, Sample
from monitor.domain.analysis.origins import origins
from monitor.domain.analysis.voices import voices
from monitor.domain.anchors.grade import Evidence
from monitor.domain.anchors.promise import Measured
from monitor.domain.anchors.texts import GENERATED
from monitor.domain.anchors.worksheet import Worksheet
from monitor.domain.events.types import Kind
from monitor.domain.judging.watching import WhyWatched
from monitor.domain.recall.corrected import CorrectedRecall
from monitor.domain.recall.weak import WeakRecall
from monitor.domain.telling.caveats import Caveat
from monitor.domain.text.apart import DescriptorDifference
from monitor.domain.text.descriptors import Descriptors
from monitor.domain.text.fingerprint import differences

TELLING = 0.15  # how far a descriptor's AUC must be from .5 to tell the two apart
CHANCE = 0.05


class Lifecycle(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a member's examples, from the gap that they were to fill to the watch over the intent.

    Of the cell's `examples` so many are `generated`, with an offline recall of `generated_recall` (None: not known),
    and so many are of `unknown` origin; they are the anchor's own, or (`audited`) those of the file that was audited.
    `anchored` are all that are kept with the anchor. `real` is the offline recall of the real ones. `register` are the
    descriptors in which generated and live tickets differ beyond chance, the most telling first; None where nobody
    described one side. `labels` counts the live ones since the onset by who gave them, and `weak` is what those
    of programs say of recall, `corrected` what agents' corrections do. `evidence` is that of an
    audit, `worksheet` the file that names the intent; None: there is none. `watched`, `held_since` and `caveats` are
    those of the page.
    """

    examples: int
    generated: int
    unknown: int
    generated_recall: float | None
    real: Measured | None
    register: Sequence[DescriptorDifference] | None
    labels: Mapping[Kind, int]
    evidence: Evidence | None
    worksheet: Worksheet | None
    watched: WhyWatched | None
    held_since: datetime | None
    caveats: Sequence[Caveat]
    audited: bool = False
    anchored: int = 0
    weak: WeakRecall | None = None
    corrected: CorrectedRecall | None = None

    @property
    def none_generated(self) -> bool:
        """Whether it is known that no example, neither offline nor in training, is generated."""
        trained = self.evidence.training_generated if self.evidence is not None else None
        return self.examples > 0 and not self.generated and not self.unknown and not trained

    @property
    def all_generated(self) -> bool:
        """Whether it is known that every offline example is generated."""
        return 0 < self.examples == self.generated


def lifecycle(member: Member, since: Sequence[LiveTicket]) -> Lifecycle:
    """What is known of one member. `since` are its labelled tickets since the onset."""
    made = [sample for sample in member.samples if sample.origin == GENERATED]
    known = origins(member)
    return Lifecycle(
        examples=known.examples,
        generated=known.generated,
        unknown=known.unknown,
        audited=known.audited,
        anchored=known.anchored,
        generated_recall=sum(sample.hit for sample in made) / len(made) if made else None,
        real=known.real,
        register=_register(_described(made), voices(since)),
        labels=Counter(ticket.kind for ticket in since),
        evidence=member.promise.evidence,
        worksheet=member.worksheet,
        watched=member.watched,
        held_since=member.held_since,
        caveats=member.facts.caveats,
        weak=member.weak,
        corrected=member.corrected,
    )


def _described(rows: Sequence[Sample]) -> list[Descriptors]:
    return [row.descriptors for row in rows if row.descriptors is not None]


def _register(left: Sequence[Descriptors], right: Sequence[Descriptors]) -> list[DescriptorDifference] | None:
    if not left or not right:
        return None
    return [each for each in differences(left, right) if abs(each.auc - 0.5) > TELLING and each.p < CHANCE]
