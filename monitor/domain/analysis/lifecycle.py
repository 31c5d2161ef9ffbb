"""The lifecycle of a polished ticket: stage by stage, what the evidence says and what only a person can answer.

A generated example is wanted, made, filtered, labelled, evaluated, trained on and watched. At each stage an offline
number can go wrong. Nothing is guessed: what nobody recorded is an open question.
"""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from monitor.domain.analysis.casefile import LiveTicket, Member, Sample
from monitor.domain.analysis.noticing import Noticing
from monitor.domain.anchors.audit import GENERATED
from monitor.domain.anchors.grade import SAME_AS_GENERATED, Grade
from monitor.domain.events.types import Kind
from monitor.domain.text.descriptors import Descriptors
from monitor.domain.text.fingerprint import differences

TELLING = 0.15  # how far a descriptor's AUC must be from .5 to be named
NAMED = 4


class Stage(msgspec.Struct, frozen=True):
    """One stage: its question, what was `found`, and what is left `open` for a person."""

    name: str
    question: str
    found: Sequence[str]
    open: Sequence[str]


def lifecycle(member: Member, since: Sequence[LiveTicket], sooner: Noticing) -> list[Stage]:
    """The seven stages for one member. `since` are its labelled tickets since the onset."""
    made = [one for one in member.samples if one.origin == GENERATED]
    return [
        _purpose(member, made),
        _generation(member, made, since),
        _filtering(member, made),
        _labelling(made, since),
        _evaluation(member, made),
        _training(member),
        _monitoring(member, sooner),
    ]


def _purpose(member: Member, made: Sequence[Sample]) -> Stage:
    found, open_ = _generated(member, made), []
    sheet = member.worksheet
    if sheet is None:
        open_.append(
            "Why were examples generated, and which gap were they to fill? No worksheet names this intent."
        )
    else:
        why = sheet.why_are_we_generating
        for words, answer, question in (
            ("the gap", why.gap_described, "Which gap in the real data was the set to fill?"),
            ("why real data would not do", why.why_real_data_wont_do, "Why would real tickets not do?"),
            ("what generation adds", why.what_generation_adds, "What were generated tickets to add?"),
        ):
            if answer.strip():
                found.append(f"worksheet, {words}: {answer.strip()}")
            else:
                open_.append(question)
    return Stage("purpose", "Was there a gap, and was it described?", found, open_)


def _generated(member: Member, made: Sequence[Sample]) -> list[str]:
    samples = member.samples
    if not samples:
        return ["the anchor came as numbers alone: nothing is known of its examples"]
    unknown = sum(not one.origin for one in samples)
    if unknown == len(samples):
        return [f"nobody recorded where the anchor's {len(samples)} examples come from"]
    words = [f"{len(made)} of the anchor's {len(samples)} examples are generated"]
    return [*words, f"nobody recorded where {unknown} of them come from"] if unknown else words


def _generation(member: Member, made: Sequence[Sample], since: Sequence[LiveTicket]) -> Stage:
    found, open_ = [], []
    evidence = member.promise.evidence
    if evidence is not None and evidence.copies is not None and evidence.generated:
        found.append(
            f"diversity: {evidence.copies} of {evidence.generated} generated examples nearly repeat another one"
        )
    elif made:
        open_.append(
            "How many of the generated examples repeat each other? An audit with their texts would tell."
        )
    one, two = _looks(made), _looks(since)
    if told := _telling(one, two):
        found.append(f"register, generated against live: {told}")
    elif one and two:
        found.append("register: generated and live tickets differ in no descriptor beyond chance")
    elif made:
        open_.append("Do generated and live tickets differ in register? Their texts were not described.")
    if made:
        open_.append("Which generator, which prompt, and did it see real tickets?")
    if member.worksheet is not None and not member.worksheet.anchored_reality.real_distribution_characterized:
        open_.append(
            "What do real tickets of this intent look like? The worksheet says that nobody has described them."
        )
    return Stage("generation", "Did it have the diversity and the register of real tickets?", found, open_)


def _filtering(member: Member, made: Sequence[Sample]) -> Stage:
    found, open_ = [], []
    evidence = member.promise.evidence
    if evidence is None:
        open_.append("Do the examples repeat the training set, and do they look real? No audit was made.")
    else:
        if evidence.leaked is None:
            open_.append(
                "How many examples nearly repeat the training set? An audit with the texts of both would tell."
            )
        else:
            found.append(f"{evidence.leaked} of {evidence.support} examples nearly repeat the training set")
        told = evidence.against_real or evidence.production
        if told is not None:
            kind = "real tickets" if evidence.against_real else "live tickets predicted as it"
            how = "can't be told" if told.auc < SAME_AS_GENERATED else "can be told"
            found.append(f"realism: the examples {how} from {kind} ({told})")
    if made:
        open_.append(
            "Did anybody look through the generated examples and throw some away, and by which rule?"
        )
    return Stage("filtering", "Were near-copies and unreal examples taken out?", found, open_)


def _labelling(made: Sequence[Sample], since: Sequence[LiveTicket]) -> Stage:
    kinds = {kind: sum(one.kind is kind for one in since) for kind in Kind}
    words = ", ".join(f"{count} {kind.value}" for kind, count in kinds.items() if count)
    found = [f"live labels since the onset: {words}"] if words else []
    open_ = (
        [f"Were the labels of the {len(made)} generated examples verified, or assumed from the prompt?"]
        if made
        else []
    )
    return Stage("labelling", "Were labels verified, or assumed from the prompt?", found, open_)


def _evaluation(member: Member, made: Sequence[Sample]) -> Stage:
    promise, found, open_ = member.promise, [], []
    if made:
        found.append(f"offline recall on the {len(made)} generated examples: {_recall(made)}")
    if promise.real is not None and promise.real.support:
        found.append(f"offline recall on the {promise.real.support} real examples: {promise.real.recall:.2f}")
    elif made:
        found.append("there is no real example in the evaluation")
    evidence = promise.evidence
    if evidence is not None and evidence.against_generated is not None:
        same = evidence.against_generated.auc < SAME_AS_GENERATED
        words = "shares the generator's style" if same else "does not look like the generator's work"
        found.append(f"the evaluation {words} ({evidence.against_generated} against generated text)")
    elif made:
        open_.append(
            "Can the evaluation be told from the generator's output? An audit with enough of that output would tell."
        )
    if promise.grade:
        found.append(f"the offline number is {promise.grade}: {'; '.join(promise.grade_reasons)}")
    else:
        open_.append("Is the offline number worth its value? Nobody audited it: anchorwatch anchor audit")
    sheet = member.worksheet
    if sheet is not None:
        found.append(
            f"worksheet: success is measured on {sheet.success_criterion.measured_on.value} examples"
        )
    return Stage("evaluation", "Does the anchor share the generator's style?", found, open_)


def _training(member: Member) -> Stage:
    evidence, found, open_ = member.promise.evidence, [], []
    if evidence is None or evidence.training_generated is None or evidence.training_real is None:
        open_.append("How many real and how many generated examples of this intent was the model trained on?")
    else:
        real, generated = evidence.training_real, evidence.training_generated
        ratio = f", {generated / real:.1f} generated for each real one" if real else ""
        found.append(f"trained on {real} real and {generated} generated examples of it{ratio}")
    open_.append("Was the real tail (short, misspelt, forwarded tickets) kept in training, or cleaned away?")
    return Stage(
        "training", "What was the ratio of real to generated, and was the real tail kept?", found, open_
    )


def _monitoring(member: Member, sooner: Noticing) -> Stage:
    facts, found = member.facts, list[str]()
    found.append(f"watched ({member.watched})" if member.watched else "not watched when this was written")
    if member.held_since is not None:
        found.append(f"held to its anchor since {member.held_since:%Y-%m-%d %H:%M} UTC")
    if sooner.labels:
        needed = f"; a fall this deep takes about {sooner.expected:.0f} on average" if sooner.expected else ""
        found.append(
            f"the page came {_span(sooner.took_s)} and {sooner.labels} labelled tickets after the onset{needed}"
        )
    if sooner.unheld_s > 0:
        found.append(f"for {_span(sooner.unheld_s)} after the onset no anchor was active: nothing could page")
    elif sooner.label_delay_s is not None:
        found.append(
            f"{sooner.labels_a_day:.1f} labels a day came, half of them within {_span(sooner.label_delay_s)}; with"
            f" twice as many it would have taken about {_span(sooner.with_twice_the_labels_s)}"
        )
    if member.promise.grade == Grade.UNTRUSTED.value:
        found.append("an audit of the anchor needs no label: it could have said so on the first day")
    if facts.caveats:
        found += [f"to bear in mind: {words}" for words in facts.caveats if not words.startswith("offline ")]
    return Stage(
        "monitoring", "Was it watched, since when, and could it have been noticed sooner?", found, []
    )


def _looks(of: Sequence[Sample] | Sequence[LiveTicket]) -> list[Descriptors]:
    return [one.descriptors for one in of if one.descriptors is not None]


def _telling(left: Sequence[Descriptors], right: Sequence[Descriptors]) -> str:
    """The descriptors in which two sets differ most, beyond chance."""
    told = [one for one in differences(left, right) if abs(one.auc - 0.5) > TELLING and one.p < 0.05]
    return ", ".join(
        f"{one.name.replace('_', ' ')} {one.left:.2g} against {one.right:.2g}" for one in told[:NAMED]
    )


def _recall(samples: Sequence[Sample]) -> str:
    return f"{sum(one.hit for one in samples) / len(samples):.2f}"


def _span(seconds: float) -> str:
    """As people say it: days, hours or minutes."""
    span = timedelta(seconds=seconds)
    if span >= timedelta(days=2):
        return f"{span / timedelta(days=1):.1f} days"
    if span >= timedelta(hours=2):
        return f"{span / timedelta(hours=1):.1f} hours"
    return f"{span / timedelta(minutes=1):.0f} minutes"
