"""Anchors audited by files of tickets or by what the database keeps, and generated sets held against real ones."""

from collections.abc import Sequence
from pathlib import Path

from connectors.files.tickets import read_tickets
from monitor.anchors import anchoring
from monitor.app.stores import Stores
from monitor.domain.anchors import generated
from monitor.domain.anchors.audit import IntentAudit, ReferenceTexts, audit
from monitor.domain.anchors.generated import GeneratedComparison
from monitor.domain.anchors.promise import Anchor
from monitor.errors import ConfigError


def references(
    production: Path | None, training: Path | None, made: Path | None, real: Path | None
) -> ReferenceTexts:
    """What examples are held against: live tickets, the training set, a generator's output, real tickets.

    Raises:
        ConfigError: a file can't be read.
    """
    return ReferenceTexts(
        production=read_tickets(production, by_prediction=True) if production else None,
        training=read_tickets(training) if training else None,
        generated=read_tickets(made) if made else None,
        real=read_tickets(real) if real else None,
    )


def audit_file(file: Path, against: ReferenceTexts, intents: Sequence[str]) -> list[IntentAudit]:
    """Grade the intents of a file of evaluated examples, these or all.

    Raises:
        ConfigError: the file can't be read, or holds no such intent.
    """
    examples = read_tickets(file)
    if missing := sorted(set(intents) - {example.intent for example in examples}):
        raise ConfigError([f"--intents: {', '.join(missing)} is not in {file}; correct the list"])
    return audit(examples, against, list(intents))


def audit_anchor(
    stores: Stores, anchor: Anchor, against: ReferenceTexts, intents: Sequence[str]
) -> list[IntentAudit]:
    """Grade the intents of an anchor, these or all, by what the database keeps of it and of live tickets.

    Raises:
        ConfigError: the anchor holds no such intent, or nothing is kept to audit it by.
    """
    if missing := sorted(set(intents) - {intent for intent, _ in anchor.promises}):
        raise ConfigError(
            [f"--intents: anchor {anchor.id[:12]} never measured {', '.join(missing)}; correct the list"]
        )
    return anchoring.audit_stored(stores.audits, anchor, list(intents), against)


def anchor_named(stores: Stores, beginning: str | None) -> Anchor:
    """The anchor whose id begins so; without a beginning the only one that is active.

    Raises:
        ConfigError: there is none, or more than one.
    """
    if beginning is not None:
        return anchoring.find(stores.anchors, beginning).anchor
    active = [listed.anchor for listed in stores.anchors.all() if listed.active_since]
    if len(active) != 1:
        raise ConfigError(
            [f"{len(active)} anchors are active; name one with --anchor, or give a file of examples"]
        )
    return active[0]


def audit_ungraded(stores: Stores) -> int:
    """Audit the anchors of watched intents that nobody has audited; how many grades that gave."""
    states = [status.state for status in stores.status.cells()]
    watched = {(state.cell.model, state.cell.intent) for state in states if state.held.watched}
    return anchoring.audit_ungraded(stores.anchors, stores.audits, watched)


def compare_generated(made: Path, real: Path, intent: str | None) -> GeneratedComparison:
    """Hold a generated set against real examples, of one intent or of all.

    Raises:
        ConfigError: a file can't be read, or the intent is not in both.
    """
    texts, real_texts = read_tickets(made), read_tickets(real)
    if intent is not None:
        texts = [ticket for ticket in texts if ticket.intent == intent]
        real_texts = [ticket for ticket in real_texts if ticket.intent == intent]
        if not texts or not real_texts:
            raise ConfigError([f"--intent: {intent} is not in both files; correct it"])
    return generated.compare_generated(texts, real_texts, intent or "")
