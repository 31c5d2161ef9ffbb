"""An anchor audit in, what `anchorwatch anchor audit` and `compare-generated` show out."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec

from monitor.domain.anchors.audit import IntentAudit
from monitor.domain.anchors.generated import GeneratedComparison
from monitor.domain.anchors.grade import Grade
from monitor.domain.anchors.red_flags import RedFlag
from monitor.domain.text.apart import Apart, DescriptorDifference
from monitor.domain.text.plain import plain
from reports.render.blocks import MOODS, Block, Column, TableCell, View
from reports.words import generated
from reports.words.grades import sentence
from reports.words.worksheet import red_flag

LOOKS = 5
TELLING = 0.1  # a descriptor within so much of .5 tells nothing


def as_object(
    audit: IntentAudit, flags: Mapping[str, Sequence[RedFlag]] = MappingProxyType({})
) -> dict[str, Any]:
    """One intent with every number unrounded, and the red flags of worksheets, by their file."""
    return {
        "intent": audit.intent,
        "grade": audit.graded.grade.value,
        "reasons": [sentence(reason) for reason in audit.graded.reasons],
        **{
            name: value._asdict() if isinstance(value, Apart) else value
            for name, value in msgspec.structs.asdict(audit.evidence).items()
        },
        "looks": [look._asdict() for look in audit.looks],
        "worksheets": {name: [red_flag(flag) for flag in some] for name, some in flags.items()},
    }


def flagged(flags: Mapping[str, Sequence[RedFlag]]) -> list[str]:
    """What the worksheets leave to be desired."""
    return [
        f"worksheet {plain(name)}: {plain(worded['where'])}: {plain(worded['what'])}; {worded['do']}"
        for name, some in flags.items()
        for worded in map(red_flag, some)
    ]


def audit_view(
    audits: Sequence[IntentAudit], flags: Mapping[str, Sequence[RedFlag]] = MappingProxyType({})
) -> View:
    """The worst grade first, then why each intent has its grade, and what the worksheets leave to be desired."""
    ranked = sorted(audits, key=lambda audit: (list(Grade).index(audit.graded.grade), audit.intent))
    columns = (
        "intent",
        "grade",
        "recall",
        "on real rows",
        Column("examples", spare=3),
        Column("generated", spare=2),
        Column("leaked", spare=1),
        Column("AUC vs production", spare=4),
    )
    block = Block(
        columns=columns,
        rows=[_row(audit) for audit in ranked],
        notes=[*reasons(audits), *flagged(flags)],
    )
    return View([block], [as_object(audit, flags) for audit in audits])


def _row(audit: IntentAudit) -> list[str | TableCell]:
    evidence, grade = audit.evidence, audit.graded.grade.value
    return [
        audit.intent,
        TableCell(grade, MOODS[grade]),
        _share(evidence.recall),
        _share(evidence.real_recall),
        str(evidence.support),
        str(evidence.generated),
        "-" if evidence.leaked is None else str(evidence.leaked),
        _apart(evidence.production),
    ]


def reasons(audits: Sequence[IntentAudit]) -> list[str]:
    """Why each intent has its grade, and what makes its examples look unlike production."""
    lines = []
    for audit in audits:
        lines += [
            f"{plain(audit.intent)} is {audit.graded.grade.value}: {sentence(reason)}"
            for reason in audit.graded.reasons
        ]
        if (looks := telling(audit.looks)) and audit.graded.grade is not Grade.TRUSTED:
            lines.append(f"  the anchor against production: {looks}")
    return lines


def telling(looks: Sequence[DescriptorDifference]) -> str:
    """The descriptors that tell two sets apart, in words: `words 21 and 9, courtesy .97 and .31`."""
    return ", ".join(
        f"{look.name.replace('_', ' ')} {look.left:.2g} and {look.right:.2g}"
        for look in looks[:LOOKS]
        if abs(look.auc - 0.5) > TELLING
    )


def compared_object(comparison: GeneratedComparison) -> dict[str, Any]:
    """A generated set beside a real one, unrounded."""
    return {
        "verdict": comparison.verdict.value,
        "generated": comparison.generated,
        "real": comparison.real,
        "apart": comparison.apart._asdict() if comparison.apart else None,
        "copies": comparison.copies,
        "echoes": comparison.echoes,
        "looks": [look._asdict() for look in comparison.looks],
    }


def comparison_view(comparison: GeneratedComparison) -> View:
    """The verdict and what it rests on; then descriptor by descriptor, the most telling first."""
    lines = [
        generated.sentence(comparison.verdict),
        f"{comparison.generated} generated against {comparison.real} real: {comparison.apart or 'no AUC'}",
        f"{comparison.copies} generated texts nearly repeat another one,"
        f" {comparison.echoes} nearly repeat a real one",
    ]
    rows = [
        [look.name.replace("_", " "), f"{look.left:.2f}", f"{look.right:.2f}", f"{look.auc:.2f}"]
        for look in comparison.looks
    ]
    block = Block(lines=lines, columns=("descriptor", "generated", "real", "AUC"), rows=rows)
    return View([block], compared_object(comparison))


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _apart(apart: Apart | None) -> str:
    return "-" if apart is None else f"{apart.auc:.2f} (at least {apart.low:.2f})"
