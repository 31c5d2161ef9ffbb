"""The lifecycle of a polished ticket: the evidence answers what it can, and what nobody recorded becomes a question."""

from datetime import timedelta

import msgspec

from monitor.domain.anchors.grade import Grade
from monitor.domain.anchors.grade_reasons import SmallSupport
from monitor.domain.anchors.worksheet import AnchoredReality, Success, WhyGenerate, Worksheet
from monitor.domain.telling.caveats import DoubtfulAnchor, UnknownDesign
from monitor.domain.text.apart import Apart
from tests.domain.cases import member, samples, tickets
from tests.reports.analyzed import audited, stages_of

LIVE = tickets("mmmhh" * 4)
POLISHED = "Dear Support Team, could you kindly process my GDPR erasure request? Thank you very much, Ana."


def test_an_anchor_of_numbers_alone_leaves_everything_open() -> None:
    by_name = stages_of(member(LIVE))
    assert by_name["purpose"].found == ["the anchor came as numbers alone: nothing is known of its examples"]
    assert by_name["evaluation"].open == [
        "Is the offline number worth its value? Nobody audited it: anchorwatch anchor audit"
    ]
    assert by_name["training"].open[0].startswith("How many real and how many generated examples")
    assert by_name["filtering"].open == [
        "Do the examples repeat the training set, and do they look real? No audit was made."
    ]


def test_an_anchor_of_unknown_origin_is_reported_as_that() -> None:
    assert stages_of(member(LIVE, samples=samples(5, "")))["purpose"].found == [
        "nobody recorded where the anchor's 5 examples come from"
    ]
    mixed = member(LIVE, samples=samples(3, "synthetic") + samples(2, ""))
    assert stages_of(mixed)["purpose"].found == [
        "3 of the anchor's 5 examples are generated",
        "nobody recorded where 2 of them come from",
    ]


def test_an_audit_answers_what_it_measured() -> None:
    by_name = stages_of(
        member(
            LIVE,
            samples=samples(92, "synthetic") + samples(3, "real") + samples(5, "real", hit=False),
            promise=audited(
                leaked=3,
                copies=41,
                against_generated=Apart(0.55, 0.45, 0.4, 100, 90),
                against_real=Apart(0.97, 0.93, 0.005, 100, 40),
                training_real=8,
                training_generated=300,
            ),
        )
    )
    assert by_name["generation"].found == ["diversity: 41 of 92 generated examples nearly repeat another one"]
    assert by_name["filtering"].found == [
        "3 of 100 examples nearly repeat the training set",
        "realism: the examples can be told from real tickets (AUC 0.97, at least 0.93, p 0.005)",
    ]
    assert by_name["evaluation"].found[:3] == [
        "offline recall on the 92 generated examples: 1.00",
        "offline recall on the 8 real examples: 0.38",
        "the evaluation shares the generator's style (AUC 0.55, at least 0.45, p 0.400 against generated text)",
    ]
    assert (
        by_name["evaluation"].found[3].startswith("the offline number is untrusted: 92 % of its examples are")
    )
    assert by_name["training"].found == [
        "trained on 8 real and 300 generated examples of it, 37.5 generated for each real one"
    ]
    assert "an audit of the anchor needs no label: it could have said so on the first day" in (
        by_name["monitoring"].found
    )


def test_a_worksheet_answers_for_the_purpose_and_its_gaps_stay_open() -> None:
    sheet = Worksheet(
        intents=("gdpr_erasure",),
        why_are_we_generating=WhyGenerate(gap_described="8 real tickets in two years"),
        anchored_reality=AnchoredReality(real_distribution_characterized=False),
        success_criterion=Success(),
    )
    by_name = stages_of(member(LIVE, worksheet=sheet))
    assert "worksheet, the gap: 8 real tickets in two years" in by_name["purpose"].found
    assert by_name["purpose"].open == [
        "Why would real tickets not do?",
        "What were generated tickets to add?",
    ]
    assert by_name["generation"].open == [
        "What do real tickets of this intent look like? The worksheet says that nobody has described them."
    ]
    assert "worksheet: success is measured on unknown examples" in by_name["evaluation"].found


def test_register_names_what_differs_beyond_chance() -> None:
    terse = tickets("mmmhh" * 4, descriptors=samples(1, "", text="del my acct")[0].descriptors)
    by_name = stages_of(member(terse, samples=samples(30, "synthetic", text=POLISHED)))
    (words,) = by_name["generation"].found
    assert words.startswith("register, generated against live: ")
    assert "words 16 against 3" in words


def test_monitoring_says_how_long_it_took_and_what_to_bear_in_mind() -> None:
    broken = member(LIVE, page=15)
    facts = msgspec.structs.replace(
        broken.facts, caveats=(DoubtfulAnchor(0.88, Grade.SOFT, SmallSupport(29, 30)), UnknownDesign())
    )
    monitoring = stages_of(msgspec.structs.replace(broken, facts=facts, watched=None))["monitoring"].found
    assert monitoring[0] == "not watched when this was written"
    assert monitoring[1] == (
        "the page came 1 day and 15 labelled tickets after the onset; a fall this deep takes about 25 on average"
    )
    assert monitoring[2] == (
        "of its labels 15 a day came, half of them within 10 h; with twice as many it would have taken about"
        " 17 h"
    )
    assert monitoring[-1] == (
        "to bear in mind: labels of unknown sampling design: if misses are labelled more often, recall is better than"
        " shown"
    )


def test_monitoring_says_that_labels_lay_there_until_a_run_judged_them() -> None:
    broken = member(LIVE, page=3)
    facts = msgspec.structs.replace(broken.facts, noticed=broken.facts.onset + timedelta(days=25))
    monitoring = stages_of(msgspec.structs.replace(broken, facts=facts))["monitoring"].found
    assert monitoring[1].startswith(
        "the page came 25 days and 20 labelled tickets after the onset; the first 3 of them were enough, 12 h after it,"
        " but were not judged then, or came to us later; a fall this deep takes about "
    )
    assert monitoring[2].startswith(
        "of its labels 17 a day came, half of them within 10 h; with twice as many"
    )
