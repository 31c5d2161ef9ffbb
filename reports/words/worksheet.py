"""A worksheet's red flags in; what is wrong and what to do, in words, out."""

from collections.abc import Mapping

from monitor.domain.anchors.red_flags import (
    FewerMeasured,
    FewHeldAside,
    FlagReason,
    MeasuredOnGenerated,
    Missing,
    NotOnReal,
    RedFlag,
    UntrustedAnchor,
)
from monitor.domain.anchors.worksheet import MeasuredOn
from reports.words.grades import sentence

_MISSING: Mapping[Missing, tuple[str, str]] = {
    Missing.INTENTS: ("it names no intent", "list the intents it was generated for"),
    Missing.GAP: (
        "no gap in the real data is described",
        "say which tickets are missing, and how that was found",
    ),
    Missing.LOOKS_OF_REAL_TICKETS: (
        "nobody has described what real tickets of these intents look like",
        "look at the real ones first: length, wording, channel, language",
    ),
    Missing.TARGET: (
        "the target to match is unknown",
        "say which real distribution the set is to resemble",
    ),
    Missing.CRITERION: (
        "it says nothing of when the set is good enough",
        "give a number, such as: recall at least 0.85 on the real ones held aside",
    ),
    Missing.BLAST_RADIUS: (
        "nobody has said who is hurt if it is wrong",
        "answer low, medium or high; until then a fall counts as critical",
    ),
    Missing.OWNER: ("nobody owns it", "name who answers for these examples"),
    Missing.EVIDENCE_FOR_THE_RISK: (
        "the blast radius is high, and the evidence is not there",
        "do not ship on these numbers; mend the flags above first",
    ),
    Missing.MEASUREMENT: ("the anchor never measured it", "evaluate it, and import that"),
    Missing.ORIGINS: (
        "the anchor does not know which of its examples are real",
        "import evaluated examples with a column `origin` (real or synthetic)",
    ),
    Missing.AUDIT: (
        "the file says that real tickets are characterised, but no audit held the anchor against any",
        "run `anchorwatch anchor audit` with real or live tickets",
    ),
}


def red_flag(flag: RedFlag) -> dict[str, str]:
    """What a worksheet leaves to be desired: where, what and what to do."""
    what, to_do = _what_and_do(flag.why)
    return {"where": flag.where, "what": what, "do": to_do}


def _what_and_do(why: FlagReason) -> tuple[str, str]:
    match why:
        case Missing():
            return _MISSING[why]
        case FewHeldAside(held, needed):
            return (
                f"{f'only {held}' if held else 'no'} real examples are held aside",
                f"hold {needed} or more of each intent back from training and generation",
            )
        case NotOnReal(measured_on):
            return (
                f"success is measured on {measured_on.value} examples: a model passes that has learnt the"
                " generator's style",
                f"measure on {MeasuredOn.REAL.value}",
            )
        case FewerMeasured(claimed, measured):
            return (
                f"the file claims {claimed} real examples held aside, the anchor was measured on {measured}",
                "evaluate the model on all that were held aside",
            )
        case MeasuredOnGenerated(generated, support, recall, real_recall):
            return (
                f"the file says that success is measured on real examples, but {generated} of the anchor's"
                f" {support} are generated: recall {recall:.2f}, on the real ones {real_recall:.2f}",
                "import an anchor of real examples, or set anchor.basis: real",
            )
        case UntrustedAnchor(because):
            reasons = "; ".join(map(sentence, because))
            what = "the file says that real tickets are characterised, but the anchor is untrusted"
            return (
                f"{what}: {reasons}" if reasons else what,
                "evaluate on real tickets held aside, and import that",
            )
