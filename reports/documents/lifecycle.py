"""A broken cell's analysis in; what the evidence says of each stage of its examples' life, and what is left open, out.

What nobody recorded is not guessed: it is a question for a person.
"""

from collections.abc import Sequence
from typing import NamedTuple

from monitor.domain.analysis.analysis import MemberAnalysis
from monitor.domain.analysis.lifecycle import Lifecycle
from monitor.domain.analysis.noticing import Noticing
from monitor.domain.anchors.grade import SAME_AS_GENERATED, Grade
from monitor.domain.events.types import Kind
from monitor.domain.telling.caveats import DoubtfulAnchor, WrongLabels
from monitor.domain.text.apart import DescriptorDifference
from reports.figures import counted, duration, rate
from reports.words import caveats, corrections, weak_labels, wrong_labels
from reports.words.grades import sentence
from reports.words.watching import why

NAMED = 4  # descriptors


class Stage(NamedTuple):
    """One stage: its question, what was `found`, and what is left `open` for a person."""

    name: str
    question: str
    found: Sequence[str]
    open: Sequence[str]


def stages(member: MemberAnalysis) -> list[Stage]:
    """The seven stages in their order."""
    known = member.lifecycle
    return [
        _purpose(known),
        _generation(known),
        _filtering(member),
        _labelling(member),
        _evaluation(member),
        _training(known),
        _monitoring(member),
    ]


def _purpose(known: Lifecycle) -> Stage:
    findings, open_ = _origins(known), []
    if known.worksheet is None:
        open_ += _unanswered(known)
    else:
        reasons = known.worksheet.why_are_we_generating
        for words, answer, question in (
            ("the gap", reasons.gap_described, "Which gap in the real data was the set to fill?"),
            ("why real data would not do", reasons.why_real_data_wont_do, "Why would real tickets not do?"),
            ("what generation adds", reasons.what_generation_adds, "What were generated tickets to add?"),
        ):
            if answer.strip():
                findings.append(f"worksheet, {words}: {answer.strip()}")
            else:
                open_.append(question)
    return Stage("purpose", "Was there a gap, and was it described?", findings, open_)


def _unanswered(known: Lifecycle) -> list[str]:
    """What a worksheet would have answered, as far as there is anything to ask."""
    if known.none_generated:
        return []
    trained = known.evidence.training_generated if known.evidence is not None else None
    asked = (
        "Why were examples generated, and"
        if known.generated or trained
        else "Were examples generated, and if so"
    )
    return [f"{asked} which gap were they to fill? No worksheet names this intent."]


def _origins(known: Lifecycle) -> list[str]:
    n = known.examples
    if not n and known.anchored:
        return [f"none of the anchor's {known.anchored:,} examples is one of these tickets"]
    if not n:
        return ["the anchor came as numbers alone: nothing is known of its examples"]
    whose = f"the {n} examples of it that were audited" if known.audited else f"the anchor's {n} examples"
    if known.unknown == n:
        return [f"nobody recorded where {whose} come from"]
    words = [
        f"{known.generated} of {whose} are generated"
        if known.generated
        else f"none of {whose} is known to be generated"
        if known.unknown
        else f"none of {whose} is generated"
    ]
    if known.audited:
        kept = "without the origins of its examples" if known.anchored else "as numbers alone"
        words.insert(0, f"the anchor came {kept}, and its file was audited")
    return [*words, f"nobody recorded where {known.unknown} of them come from"] if known.unknown else words


def _generation(known: Lifecycle) -> Stage:
    findings, open_ = [], []
    evidence = known.evidence
    if evidence is not None and evidence.copies is not None and evidence.generated:
        findings.append(
            f"diversity: {evidence.copies} of {evidence.generated} generated examples nearly repeat another one"
        )
    elif known.generated:
        open_.append(
            "How many of the generated examples repeat each other? An audit with their texts would tell."
        )
    if known.register:
        findings.append(f"register, generated against live: {_differences(known.register)}")
    elif known.register is not None:
        findings.append("register: generated and live tickets differ in no descriptor beyond chance")
    elif known.generated:
        open_.append(
            "Do generated and live tickets differ in register? The texts of one side or both were not described."
        )
    if known.generated:
        open_.append("Which generator, which prompt, and did it see real tickets?")
    if known.worksheet is not None and not known.worksheet.anchored_reality.real_distribution_characterized:
        open_.append(
            "What do real tickets of this intent look like? The worksheet says that nobody has described them."
        )
    return Stage("generation", "Did it have the diversity and the register of real tickets?", findings, open_)


def _differences(register: Sequence[DescriptorDifference]) -> str:
    return ", ".join(
        f"{each.name.replace('_', ' ')} {each.left:.2g} against {each.right:.2g}" for each in register[:NAMED]
    )


def _filtering(member: MemberAnalysis) -> Stage:
    known, findings, open_ = member.lifecycle, [], []
    evidence = known.evidence
    if evidence is None:
        audit = "Of an audit only the grade was kept." if member.grade else "No audit was made."
        open_.append(f"Do the examples repeat the training set, and do they look real? {audit}")
    else:
        if evidence.leaked is None:
            open_.append(
                "How many examples nearly repeat the training set? An audit with the texts of both would tell."
            )
        else:
            findings.append(
                f"{evidence.leaked} of {evidence.support:,} examples nearly repeat the training set"
            )
        apart = evidence.against_real or evidence.production
        if apart is not None:
            others = "real tickets" if evidence.against_real else "live tickets predicted as it"
            how = "can't be told" if apart.auc < SAME_AS_GENERATED else "can be told"
            findings.append(f"realism: the examples {how} from {others} ({apart})")
    if known.generated:
        open_.append(
            "Did anybody look through the generated examples and throw some away, and by which rule?"
        )
    return Stage("filtering", "Were near-copies and unreal examples taken out?", findings, open_)


def _labelling(member: MemberAnalysis) -> Stage:
    known = member.lifecycle
    words = ", ".join(f"{known.labels[kind]} {kind.value}" for kind in Kind if known.labels.get(kind))
    findings = [f"live labels since the onset: {words}"] if words else []
    if known.corrected is not None:
        findings.append(f"since the onset {corrections.sentence(known.corrected)}")
    if known.weak is not None:
        findings.append(f"since the onset {weak_labels.sentence(known.weak)}")
    if member.wrong_labels is not None:
        findings.append(wrong_labels.sentence(member.wrong_labels))
    open_ = []
    if known.generated:
        open_.append(
            f"Were the labels of the {known.generated} generated examples verified, or assumed from the prompt?"
        )
    return Stage("labelling", "Were labels verified, or assumed from the prompt?", findings, open_)


def _evaluation(member: MemberAnalysis) -> Stage:
    known, findings, open_ = member.lifecycle, [], []
    evidence, real = known.evidence, known.real
    if known.generated_recall is not None:
        findings.append(
            f"offline recall on the {known.generated} generated examples: {known.generated_recall:.2f}"
        )
    if real is not None:
        findings.append(f"offline recall on the {real.support} real examples: {real.recall:.2f}")
    elif known.all_generated:
        findings.append("there is no real example in the evaluation")
    if evidence is not None and evidence.against_generated is not None:
        same = evidence.against_generated.auc < SAME_AS_GENERATED
        words = "shares the generator's style" if same else "does not look like the generator's work"
        findings.append(f"the evaluation {words} ({evidence.against_generated} against generated text)")
    elif known.generated:
        open_.append(
            "Can the evaluation be told from the generator's output? An audit with enough of that output would tell."
        )
    if member.grade:
        reasons = "; ".join(map(sentence, member.grade_reasons))
        whose = " of the whole intent" if member.cell.slice else ""
        findings.append(f"the offline number{whose} is {member.grade}{': ' if reasons else ''}{reasons}")
    elif member.cell.group is not None:
        open_.append(
            "Are the offline numbers of its intents worth their value? Look at each: anchorwatch anchor audit"
        )
    else:
        open_.append("Is the offline number worth its value? Nobody audited it: anchorwatch anchor audit")
    if known.worksheet is not None:
        measured_on = known.worksheet.success_criterion.measured_on
        findings.append(f"worksheet: success is measured on {measured_on.value} examples")
    return Stage("evaluation", "Does the anchor share the generator's style?", findings, open_)


def _training(known: Lifecycle) -> Stage:
    evidence, findings, open_ = known.evidence, [], []
    if evidence is None or evidence.training_generated is None or evidence.training_real is None:
        open_.append("How many real and how many generated examples of this intent was the model trained on?")
    else:
        real, generated = evidence.training_real, evidence.training_generated
        ratio = f", {generated / real:.1f} generated for each real one" if real else ""
        findings.append(f"trained on {real} real and {generated} generated examples of it{ratio}")
    open_.append("Was the real tail (short, misspelt, forwarded tickets) kept in training, or cleaned away?")
    return Stage(
        "training", "What was the ratio of real to generated, and was the real tail kept?", findings, open_
    )


def _judged_late(sooner: Noticing) -> str:
    if not sooner.judged_late or sooner.enough_s is None:
        return ""
    first = "the first of them was" if sooner.enough == 1 else f"the first {sooner.enough:,} of them were"
    return f"; {first} enough, {duration(sooner.enough_s)} after it, but were not judged then, or came to us later"


def _monitoring(member: MemberAnalysis) -> Stage:
    known, sooner = member.lifecycle, member.noticing
    findings = [f"watched ({why(known.watched)})" if known.watched else "not watched when this was written"]
    if known.held_since is not None:
        findings.append(f"held to its anchor since {known.held_since:%Y-%m-%d %H:%M} UTC")
    if sooner.labels:
        needed = f"; a fall this deep takes about {sooner.expected:.0f} on average" if sooner.expected else ""
        findings.append(
            f"the page came {duration(sooner.took_s)} and {counted(sooner.labels, 'labelled ticket')} after the"
            f" onset{_judged_late(sooner)}{needed}"
        )
    if sooner.unheld_s > 0:
        findings.append(
            f"for {duration(sooner.unheld_s)} after the onset no anchor was active: nothing could page"
        )
    elif sooner.label_delay_s is not None:
        findings.append(
            f"of its labels {rate(sooner.labels_a_day)} came, half of them within {duration(sooner.label_delay_s)};"
            f" with twice as many it would have taken about {duration(sooner.with_twice_the_labels_s)}"
        )
    if member.grade == Grade.UNTRUSTED:
        findings.append("an audit of the anchor needs no label: it could have said so on the first day")
    others = [caveat for caveat in known.caveats if not isinstance(caveat, DoubtfulAnchor | WrongLabels)]
    findings += [f"to bear in mind: {caveats.sentence(caveat)}" for caveat in others]
    return Stage(
        "monitoring", "Was it watched, since when, and could it have been noticed sooner?", findings, []
    )
