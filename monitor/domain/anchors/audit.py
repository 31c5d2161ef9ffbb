"""The anchor audit: an intent's evaluated examples, held against production, training and generated text."""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple

import msgspec

from monitor.domain.anchors.grade import Evidence, Graded, grade
from monitor.domain.anchors.promise import Measured, Promise
from monitor.domain.anchors.texts import GENERATED, REAL, LabelledText, ReferenceTexts
from monitor.domain.text.apart import Apart, DescriptorDifference
from monitor.domain.text.duplicates import near_duplicates
from monitor.domain.text.fingerprint import differences, tell_apart, tell_descriptors_apart


class IntentAudit(msgspec.Struct, frozen=True):
    """What was found out about one intent's anchor.

    `looks` compares the anchor's descriptors (left) with production's (right), the most telling first.
    """

    intent: str
    evidence: Evidence
    graded: Graded
    looks: Sequence[DescriptorDifference]

    @property
    def promise(self) -> Promise:
        """What the audited examples promise, as an anchor made of them would."""
        seen = self.evidence
        known = seen.real + seen.generated > 0
        return Promise(
            Measured(seen.recall or 0.0, seen.support),
            Measured(seen.real_recall or 0.0, seen.real) if known else None,
            grade=self.graded.grade.value,
            grade_reasons=tuple(self.graded.reasons),
            evidence=seen,
        )


class Repeats(NamedTuple):
    """Of an intent's examples, and of its `live` tickets with texts, so many nearly repeat the training set.

    None where nobody looked.
    """

    leaked: int | None
    live: int
    live_leaked: int | None


_Against = Mapping[str, Apart | None]
"""How an anchor's texts compare with each kind of text; None where there were too few."""

_KINDS = ("production", "generated", "real")


def audit(
    anchor: Sequence[LabelledText], sources: ReferenceTexts, intents: Sequence[str] = ()
) -> list[IntentAudit]:
    """Audit these intents (all of the anchor's where none is named), by name.

    Generated text comes from `sources.generated`, and from the training set's rows of that origin; real text
    from `sources.real` and the training set's real rows. An intent with generated examples and too few real or
    live tickets to compare with is compared together with the others that have generated examples: generators
    write all their intents in one hand.
    """
    wanted = sorted(set(intents) or {ticket.intent for ticket in anchor})
    rows = {intent: _of(anchor, {intent}) for intent in wanted}
    own = {intent: _against(rows[intent], {intent}, sources, _KINDS) for intent in wanted}
    written = {ticket.intent for ticket in anchor if ticket.origin == GENERATED}
    lacking = [kind for kind in _KINDS if any(own[intent][kind] is None for intent in written & set(wanted))]
    together = _against(anchor, written, sources, lacking)
    every = [row for intent in wanted for row in rows[intent]]
    leaked = _leaked(every, sources.training)
    live = [row for row in _of(sources.production, set(wanted)) if row.described and row.descriptors is None]
    live_leaked = _leaked(live, sources.training) if live else None
    return [
        _audit(
            intent,
            rows[intent],
            own[intent],
            together if intent in written else {},
            Repeats(
                leaked[intent] if leaked is not None else None,
                sum(row.intent == intent for row in live),
                live_leaked[intent] if live_leaked is not None else None,
            ),
            _of(sources.production, {intent}),
            None if sources.training is None else _of(sources.training, {intent}),
        )
        for intent in wanted
    ]


def _audit(
    intent: str,
    rows: Sequence[LabelledText],
    own: _Against,
    together: _Against,
    repeats: Repeats,
    live: Sequence[LabelledText],
    training: Sequence[LabelledText] | None,
) -> IntentAudit:
    hits = [row.hit for row in rows if row.hit is not None]
    real_hits = [row.hit for row in rows if row.hit is not None and row.origin == REAL]
    evidence = Evidence(
        support=len(rows),
        real=sum(row.origin == REAL for row in rows),
        generated=sum(row.origin == GENERATED for row in rows),
        unknown=sum(row.origin == "" for row in rows),
        leaked=repeats.leaked,
        live=repeats.live,
        live_leaked=repeats.live_leaked,
        repeated=_copies(rows, generated=False),
        production=own["production"] or together.get("production"),
        against_generated=own["generated"] or together.get("generated"),
        against_real=own["real"] or together.get("real"),
        pooled=any(own[kind] is None and together.get(kind) is not None for kind in ("production", "real")),
        recall=_share(hits),
        real_recall=_share(real_hits),
        copies=_copies(rows, generated=True),
        training_real=_count(training, REAL),
        training_generated=_count(training, GENERATED),
        by_words=_by_words(rows) and _by_words(live),
    )
    looks = differences([row.look for row in _seen(rows)], [row.look for row in _seen(live)])
    return IntentAudit(intent, evidence, grade(evidence), looks)


def _copies(rows: Sequence[LabelledText], *, generated: bool) -> int | None:
    """How many generated ones (or others) nearly repeat another: what little a generator says, or people say often."""
    some = [row for row in _seen(rows) if (row.origin == GENERATED) == generated]
    if not some or not _by_words(some):
        return None
    texts = [row.text for row in some]
    return len({pair.left for pair in near_duplicates(texts, texts) if pair.left != pair.right})


def _seen(rows: Sequence[LabelledText]) -> list[LabelledText]:
    """Those of which it is known what they look like."""
    return [row for row in rows if row.described]


def _by_words(rows: Sequence[LabelledText]) -> bool:
    """Whether every text was kept."""
    return all(row.descriptors is None for row in rows)


def _leaked(rows: Sequence[LabelledText], training: Sequence[LabelledText] | None) -> Counter[str] | None:
    """How many of each intent's rows have a near-duplicate in the training set, under whatever intent there."""
    if training is None:
        return None
    rows, training = _seen(rows), _seen(training)
    if not _by_words(rows) or not _by_words(training):
        return None
    pairs = near_duplicates([row.text for row in rows], [row.text for row in training])
    return Counter(rows[place].intent for place in {pair.left for pair in pairs})


def _against(
    rows: Sequence[LabelledText], intents: Set[str], sources: ReferenceTexts, kinds: Sequence[str]
) -> _Against:
    own = _of(rows, intents)
    training = _of(sources.training, intents)
    of_kind = {
        "production": _of(sources.production, intents),
        "generated": [
            *_of(sources.generated, intents),
            *(row for row in training if row.origin == GENERATED),
        ],
        "real": [*_of(sources.real, intents), *(row for row in training if row.origin == REAL)],
    }
    return {kind: _tell(own, of_kind[kind]) for kind in kinds}


def _tell(rows: Sequence[LabelledText], others: Sequence[LabelledText]) -> Apart | None:
    """By their words; by descriptors where the texts of either side were not kept."""
    rows, others = _seen(rows), _seen(others)
    if _by_words(rows) and _by_words(others):
        return tell_apart([row.text for row in rows], [row.text for row in others])
    return tell_descriptors_apart([row.look for row in rows], [row.look for row in others])


def _of(tickets: Sequence[LabelledText] | None, intents: Set[str]) -> list[LabelledText]:
    return [ticket for ticket in tickets or () if ticket.intent in intents]


def _count(rows: Sequence[LabelledText] | None, origin: str) -> int | None:
    """How many are of that origin; None where there is no such set, or nobody recorded origins."""
    if rows is None or not any(row.origin for row in rows):
        return None
    return sum(row.origin == origin for row in rows)


def _share(hits: Sequence[bool]) -> float | None:
    return sum(hits) / len(hits) if hits else None
