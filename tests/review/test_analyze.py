"""An incident explained: what broke, since when, what the anchor knew, what is asked of people."""

import pytest
from sqlalchemy import Engine

from connectors.sql.anchors import AnchorStore
from connectors.sql.review import analyses as analysis_store
from monitor.domain.anchors.promise import Example, Measured, Promise, Provenance, build
from monitor.domain.slices.causes import CauseKind
from monitor.domain.slices.conjunctions import Condition
from reports.documents import analysis as document
from reports.documents.lifecycle import stages
from reports.objects import as_json
from reports.words.causes import causes
from tests.review.broken_channel import EMAIL, analysed, broken, member
from tests.stored import NOON, TICKETS
from tests.worlds import World


def test_the_channel_that_broke_is_found_and_called_new(engine: Engine) -> None:
    erasure = member(broken(engine))
    (cause,) = erasure.causes
    assert cause.conditions == (Condition("channel", "email"),)
    assert (cause.tickets, cause.misses, cause.significant, cause.kind) == (50, 40, True, CauseKind.NEW)
    assert erasure.compared == 50
    assert causes(erasure) == [
        "40 of 90 labelled tickets missed",
        "channel=email: 40 of 50 missed (significant; new since the anchor was measured)",
    ]


def test_an_anchor_without_examples_cannot_tell_what_is_new(engine: Engine) -> None:
    erasure = member(broken(engine, with_examples=False))
    assert (erasure.compared, erasure.causes[0].kind) == (0, CauseKind.UNKNOWN)
    assert causes(erasure)[1].endswith(
        "(significant; weak now; the anchor cannot tell whether it was before)"
    )
    assert erasure.anchor_style is None


def test_events_without_slices_or_texts_say_so(engine: Engine) -> None:
    world = broken(engine, slices=False, texts=False)
    erasure = member(world)
    assert erasure.causes == []
    assert causes(erasure)[1].startswith("no attribute of the events (`slices`) can tell")
    assert (erasure.missed_style, erasure.anchor_style) == (None, None)
    assert "how they look is not known" in document.markdown(analysed(world))


def test_an_attribute_that_the_model_made_explains_nothing_and_is_named(engine: Engine) -> None:
    world = World(engine)
    world.anchor(erasure=(0.9, 50))
    for _ in range(10):
        world.outcomes("erasure", "mmmm", slices={"score_bucket": "low", "channel": "email"})
        world.outcomes("erasure", "hh", slices={"score_bucket": "high", "channel": "phone"})
    world.evaluate()
    erasure = member(world)
    assert (erasure.attributes, erasure.refused) == (("channel",), ["score_bucket"])
    assert "left out, since the model made them: score_bucket" in causes(erasure)


def test_recall_touched_tickets_shifts_and_style_are_counted_from_the_tickets(engine: Engine) -> None:
    erasure = member(broken(engine))
    assert (erasure.labelled, erasure.missed) == (90, 40)
    assert erasure.recent is not None
    assert erasure.touched is not None
    assert erasure.since_release is not None
    assert erasure.recent.value == pytest.approx(50 / 90)
    assert erasure.touched.value == pytest.approx(40)  # every prediction is labelled
    assert [(shift.intent, shift.live, shift.offline) for shift in erasure.shifts] == [("other", 40, 5)]
    assert (erasure.offline_real_support, erasure.offline_support) == (20, 50)
    assert sum(step.labelled for step in erasure.timeline) == 90
    assert sum(step.missed for step in erasure.timeline) == 40
    assert erasure.timeline[-1].recall == erasure.since_release.value == pytest.approx(50 / 90)
    style = erasure.missed_style
    assert style is not None
    assert (style.left, style.right) == (40, 50)
    # The 40 missed tickets are all terse, 40 of the 50 hits polished: any descriptor of it ties with the rest.
    assert abs(style.looks[0].auc - 0.5) == pytest.approx(0.4)
    assert style.looks[0].p < 0.001


def test_the_lifecycle_says_what_is_known_and_asks_for_the_rest(engine: Engine) -> None:
    of = {stage.name: stage for stage in stages(member(broken(engine)))}
    assert list(of) == [
        "purpose",
        "generation",
        "filtering",
        "labelling",
        "evaluation",
        "training",
        "monitoring",
    ]
    assert of["purpose"].found == ["30 of the anchor's 50 examples are generated"]
    assert of["evaluation"].found == [
        "offline recall on the 30 generated examples: 1.00",
        "offline recall on the 20 real examples: 0.75",
    ]
    assert "register, generated against live: " in of["generation"].found[0]
    assert of["labelling"].found == ["live labels since the onset: 90 human"]
    assert of["labelling"].open == [
        "Were the labels of the 30 generated examples verified, or assumed from the prompt?"
    ]


def test_a_member_whose_labels_were_all_taken_back_is_not_listed_as_the_worst(engine: Engine) -> None:
    world = World(engine)
    world.anchor(erasure=(0.9, 50), export=(0.9, 50))
    gone = world.outcomes("erasure", "m" * 30)
    world.outcomes("export", "m" * 30)
    world.evaluate()
    world.retract(gone)
    members = analysed(world).members
    assert [str(member.cell) for member in members] == ["export", "erasure"]
    assert (members[1].labelled, members[1].recent, members[1].touched) == (0, None, None)
    words = document.markdown(analysed(world))
    assert "no labelled ticket is left: every label was taken back" in words
    assert "no labelled ticket is left to look at" in words


def test_a_cause_by_what_the_anchor_never_recorded_is_not_called_new(engine: Engine) -> None:
    world = World(engine)
    examples_ = [Example("erasure", "erasure", "real", EMAIL) for _ in range(50)]
    made = build(
        TICKETS, {("erasure", ""): Promise(Measured(0.9, 50))}, Provenance("r", "f" * 64, "csv", NOON)
    )
    AnchorStore(engine).add(made, examples_)
    AnchorStore(engine).activate(made, NOON)
    for _ in range(10):
        world.outcomes("erasure", "mmmmh", slices={"tier": "free", "channel": "email"})
        world.outcomes("erasure", "hhhh", slices={"tier": "paid", "channel": "email"})
    world.evaluate()
    (cause,) = member(world).causes
    assert (cause.conditions, cause.kind, cause.z) == ((Condition("tier", "free"),), CauseKind.UNKNOWN, None)


def test_tickets_beyond_what_is_listed_still_count(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis_store, "MOST", 40)
    erasure = member(broken(engine))
    assert (erasure.labelled, erasure.left_out) == (40, 50)
    assert erasure.since_release is not None
    assert erasure.since_release.value == pytest.approx(50 / 90)
    assert "50 older tickets only count in the recall since the release" in causes(erasure)


def test_the_last_bits_of_a_number_are_not_reported() -> None:
    assert as_json({"a": 0.700040488847888, "b": 1 / 3}) == as_json(
        {"a": 0.7000404888478879, "b": 1 / 3 + 1e-16}
    )


def test_names_from_events_can_bring_no_markup(engine: Engine) -> None:
    world = World(engine)
    world.anchor(TICKETS, **{"<b>x": (0.9, 50)})
    world.outcomes("<b>x", "m" * 30, slices={"<i>y": "`|"})
    world.evaluate()
    analysis = analysed(world)
    assert "<b>x" not in document.html(analysis)
    assert "\\<b\\>x" in document.markdown(analysis)
