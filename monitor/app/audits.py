"""Anchors audited by files of tickets or by what the database keeps, and generated sets held against real ones."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from connectors.files.tickets import read_tickets
from monitor.anchors import anchoring
from monitor.app.stores import Stores, open_stores
from monitor.domain.anchors import generated
from monitor.domain.anchors.audit import IntentAudit, audit
from monitor.domain.anchors.generated import GeneratedComparison
from monitor.domain.anchors.grade import Grade
from monitor.domain.anchors.promise import Anchor
from monitor.domain.anchors.red_flags import RedFlag, flags_of_audited
from monitor.domain.anchors.texts import ReferenceTexts
from monitor.errors import ConfigError
from monitor.settings.settings import Settings
from monitor.settings.worksheets import read_worksheet


class References(NamedTuple):
    """Files of tickets that examples are held against: live ones, the training set, a generator's output, real ones."""

    production: Path | None = None
    training: Path | None = None
    generated: Path | None = None
    real: Path | None = None

    def read(self) -> ReferenceTexts:
        """What they hold.

        Raises:
            ConfigError: a file can't be read.
        """
        return ReferenceTexts(
            production=read_tickets(self.production, by_prediction=True) if self.production else None,
            training=read_tickets(self.training) if self.training else None,
            generated=read_tickets(self.generated) if self.generated else None,
            real=read_tickets(self.real) if self.real else None,
        )

    @property
    def of_no_tickets(self) -> bool:
        """Whether nothing is there whose looks the examples could be held against."""
        return not (self.production or self.training or self.generated)


class Audited(NamedTuple):
    """An audit: each intent's grade, and the red flags of the worksheets that name one, by file.

    `not_replaced` are intents whose grade was kept from a better audit. `alone`: without live tickets or other texts.
    """

    intents: Sequence[IntentAudit]
    flags: dict[str, list[RedFlag]]
    not_replaced: Sequence[str]
    alone: bool

    @property
    def untrusted(self) -> bool:
        """Whether an intent's number is not to be believed."""
        return any(audit.graded.grade is Grade.UNTRUSTED for audit in self.intents)


def grade(
    settings: Settings,
    file: Path | None,
    references: References,
    intents: Sequence[str],
    *,
    anchor: str | None = None,
    worksheets: Sequence[Path] = (),
) -> Audited:
    """Grade intents, these or all, of a file of evaluated examples, or else of an anchor by what is kept of it.

    `anchor` is the beginning of its id; the grades are kept with it. Without a file the only active one is meant.

    Raises:
        ConfigError: a file can't be read, or there is no such anchor or intent.
    """
    against = references.read()
    not_replaced: list[str] = []
    if file is not None:
        audits = audit_file(file, against, intents)
        if anchor is not None:
            with closing(open_stores(settings)) as stores:
                not_replaced = anchoring.keep_grades(stores.anchors, anchor_named(stores, anchor), audits)
    else:
        with closing(open_stores(settings)) as stores:
            held = anchor_named(stores, anchor)
            audits = audit_anchor(stores, held, against, intents)
            not_replaced = anchoring.keep_grades(stores.anchors, held, audits)
    flags = _red_flags([*worksheets, *settings.worksheets], audits)
    return Audited(audits, flags, not_replaced, alone=file is not None and references.of_no_tickets)


def _red_flags(paths: Sequence[Path], audits: Sequence[IntentAudit]) -> dict[str, list[RedFlag]]:
    """The red flags of each worksheet that names an audited intent, by its file."""
    audited = {audit.intent: audit.promise for audit in audits}
    flags = {path.name: flags_of_audited(read_worksheet(path), audited) for path in dict.fromkeys(paths)}
    return {name: of_file for name, of_file in flags.items() if of_file}


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
