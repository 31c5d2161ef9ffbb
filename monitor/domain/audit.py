"""The anchor audit: an intent's evaluated examples, held against production, training and generated text."""

from collections.abc import Sequence, Set

import msgspec

from monitor.domain.descriptors import describe_all
from monitor.domain.duplicates import near_duplicates
from monitor.domain.fingerprint import Apart, Difference, differences, tell_apart
from monitor.domain.grade import Evidence, Graded, grade

REAL, GENERATED = "real", "synthetic"


class Ticket(msgspec.Struct, frozen=True):
    """A text with its intent and origin ("real", "synthetic" or ""). `hit` is None where nobody predicted it."""

    text: str
    intent: str
    origin: str = ""
    hit: bool | None = None


class Sources(msgspec.Struct, frozen=True, kw_only=True):
    """What an anchor is held against; None is what nobody gave. Production's intents are the predicted ones."""

    production: Sequence[Ticket] | None = None
    training: Sequence[Ticket] | None = None
    generated: Sequence[Ticket] | None = None
    real: Sequence[Ticket] | None = None


class IntentAudit(msgspec.Struct, frozen=True):
    """What was found out about one intent's anchor.

    `looks` compares the anchor's descriptors (left) with production's (right), the most telling first.
    """

    intent: str
    evidence: Evidence
    graded: Graded
    looks: Sequence[Difference]


class _Against(msgspec.Struct, frozen=True):
    """How an anchor's texts compare with each kind of text; None where there were too few."""

    production: Apart | None
    generated: Apart | None
    real: Apart | None


def audit(anchor: Sequence[Ticket], sources: Sources, intents: Sequence[str] = ()) -> list[IntentAudit]:
    """Audit these intents (all of the anchor's where none is named), by name.

    Generated text comes from `sources.generated`, and from the training set's rows of that origin; real text
    from `sources.real` and the training set's real rows. An intent with generated examples and too few real or
    live tickets to compare with is compared together with the others that have generated examples: generators
    write all their intents in one hand.
    """
    wanted = sorted(set(intents) or {ticket.intent for ticket in anchor})
    written = {ticket.intent for ticket in anchor if ticket.origin == GENERATED}
    together = _against(anchor, written, sources) if written else None
    return [_audit(intent, _of(anchor, {intent}), sources, together) for intent in wanted]


def _audit(intent: str, rows: Sequence[Ticket], sources: Sources, together: _Against | None) -> IntentAudit:
    texts = [row.text for row in rows]
    leaked = None
    if sources.training is not None:
        everywhere = [row.text for row in sources.training]  # a leak under another intent is one too
        leaked = len({pair.left for pair in near_duplicates(texts, everywhere)})
    own = _against(rows, {intent}, sources)
    if together is None or not any(row.origin == GENERATED for row in rows):
        together = own
    hits = [row.hit for row in rows if row.hit is not None]
    real_hits = [row.hit for row in rows if row.hit is not None and row.origin == REAL]
    evidence = Evidence(
        support=len(rows),
        real=sum(row.origin == REAL for row in rows),
        generated=sum(row.origin == GENERATED for row in rows),
        unknown=sum(row.origin == "" for row in rows),
        leaked=leaked,
        production=own.production or together.production,
        against_generated=own.generated or together.generated,
        against_real=own.real or together.real,
        pooled=(own.production is None and together.production is not None)
        or (own.real is None and together.real is not None),
        recall=_share(hits),
        real_recall=_share(real_hits),
    )
    live = [row.text for row in _of(sources.production, {intent})]
    looks = differences(describe_all(texts, intent), describe_all(live, intent))
    return IntentAudit(intent, evidence, grade(evidence), looks)


def _against(rows: Sequence[Ticket], intents: Set[str], sources: Sources) -> _Against:
    texts = [row.text for row in _of(rows, intents)]
    training = _of(sources.training, intents)
    generated = [*_of(sources.generated, intents), *(row for row in training if row.origin == GENERATED)]
    real = [*_of(sources.real, intents), *(row for row in training if row.origin == REAL)]
    return _Against(
        *(
            tell_apart(texts, [row.text for row in kind]) if kind else None
            for kind in (_of(sources.production, intents), generated, real)
        )
    )


def _of(tickets: Sequence[Ticket] | None, intents: Set[str]) -> list[Ticket]:
    return [ticket for ticket in tickets or () if ticket.intent in intents]


def _share(hits: Sequence[bool]) -> float | None:
    return sum(hits) / len(hits) if hits else None
