"""Texts on the way in: described in numbers and dropped; kept, retained and erased with their prediction."""

import math
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from connectors.sql.anchors import AnchorStore
from connectors.sql.erasure import ErasureStore
from connectors.sql.retention import drop_old_predictions, drop_texts
from connectors.sql.review.audits import NEWEST, AuditStore
from monitor.anchors import anchoring
from monitor.domain.anchors.grade import Grade
from monitor.domain.anchors.texts import ReferenceTexts
from monitor.domain.events.types import Prediction, PredictionKey
from monitor.domain.text.descriptors import describe
from monitor.errors import ConfigError
from monitor.ingest.descriptions import describe_new
from reports.words.grades import sentence
from tests.described import anchored, live
from tests.domain.text.writers import generator, people
from tests.stored import NOON, TICKETS, label, prediction, rows, store, take
from tests.worlds import World

TEXT = "del my acct and the erasure thx"


def everything(engine: Engine) -> str:
    tables = ("prediction", "description", "outcome", "label", "example", "promise")
    return repr([rows(engine, f"SELECT * FROM {table}") for table in tables])


def keyed(*predictions: Prediction) -> dict[PredictionKey, Prediction]:
    return {each.key: each for each in predictions}


def test_a_text_is_described_and_no_word_of_it_is_stored(engine: Engine) -> None:
    anchored(engine, ["please erase my data"])
    live(engine, [TEXT])
    (ticket,) = AuditStore(engine).production(TICKETS, ["erasure"])
    assert ticket.descriptors == describe(TEXT, "erasure").rounded()
    assert ticket.descriptors.self_labelling == 1.0
    assert "acct" not in everything(engine)
    assert "erase my" not in everything(engine)


def test_a_prediction_without_a_text_has_no_description(engine: Engine) -> None:
    take(store(engine), prediction("p1", "erasure"))
    assert rows(engine, "SELECT * FROM description") == []
    assert AuditStore(engine).production(TICKETS, ["erasure"]) == []


def test_the_first_arrival_is_described_and_a_repeat_adds_nothing(engine: Engine) -> None:
    writer = store(engine)
    take(writer, prediction("p1", text=TEXT))
    take(writer, prediction("p1", text=TEXT))
    assert len(rows(engine, "SELECT * FROM description")) == 1


def test_texts_are_kept_only_where_the_configuration_says_so(engine: Engine) -> None:
    anchored(engine, ["please erase my data"], keep_text=True)
    with store(engine).transaction() as transaction:
        describe_new(transaction, keyed(prediction("p1", "erasure", text=TEXT)), keep_text=True)
    take(store(engine), prediction("p1", "erasure"))
    (ticket,) = AuditStore(engine).production(TICKETS, ["erasure"])
    assert (ticket.text, ticket.descriptors) == (TEXT, None)
    (listed,) = AnchorStore(engine).all()
    assert [example.text for example in AuditStore(engine).examples(listed.anchor.id)] == [
        "please erase my data"
    ]


def test_a_description_goes_with_its_prediction_unless_that_has_an_outcome(engine: Engine) -> None:
    take(
        store(engine),
        prediction("alone", text=TEXT),
        prediction("labelled", text=TEXT),
        label("labelled"),
    )
    drop_old_predictions(engine, NOON + timedelta(days=11), 10)
    assert rows(engine, "SELECT prediction_id FROM description") == [("labelled",)]


def test_an_erasure_takes_the_description_too(engine: Engine) -> None:
    live(engine, [TEXT])
    assert ErasureStore(engine).erase(["p0"], None, NOON).rows["descriptions"] == 1
    assert rows(engine, "SELECT * FROM description") == []


def test_production_is_the_newest_of_each_predicted_intent(engine: Engine) -> None:
    live(engine, [f"ticket {n}" + " word" * n for n in range(NEWEST + 3)])
    live(engine, ["another"], "refund", first=1_000)
    tickets = AuditStore(engine).production(TICKETS, ["erasure", "refund", "never"])
    assert [sum(ticket.intent == name for ticket in tickets) for name in ("erasure", "refund")] == [NEWEST, 1]
    words = [
        ticket.descriptors.words for ticket in tickets if ticket.intent == "erasure" and ticket.descriptors
    ]
    assert words == [2.0 + n for n in reversed(range(3, NEWEST + 3))]


@pytest.mark.slow
def test_an_audit_by_descriptors_tells_a_generators_anchor_from_peoples(engine: Engine) -> None:
    anchor = anchored(engine, generator(60, 1), "synthetic")
    live(engine, people(60, 2))
    (listed,) = AnchorStore(engine).all()
    (result,) = anchoring.audit_stored(AuditStore(engine), listed.anchor)
    assert (result.graded.grade, result.evidence.by_words, result.evidence.leaked) == (
        Grade.UNTRUSTED,
        False,
        None,
    )
    assert any(sentence(reason).endswith("by descriptors alone") for reason in result.graded.reasons)
    assert listed.anchor.id == anchor

    assert anchoring.audit_ungraded(AnchorStore(engine), AuditStore(engine), {(TICKETS, "erasure")}) == 1
    (listed,) = AnchorStore(engine).all()
    promise = listed.anchor.promises["erasure", ""]
    assert promise.grade == "untrusted"
    assert promise.evidence == result.evidence
    assert anchoring.audit_ungraded(AnchorStore(engine), AuditStore(engine), {(TICKETS, "erasure")}) == 0


def test_an_anchor_of_peoples_tickets_is_not_called_untrusted(engine: Engine) -> None:
    anchored(engine, people(60, 1))
    live(engine, people(60, 2))
    (listed,) = AnchorStore(engine).all()
    (result,) = anchoring.audit_stored(AuditStore(engine), listed.anchor)
    assert result.graded.grade is not Grade.UNTRUSTED


def test_an_audit_by_itself_waits_for_live_tickets_and_looks_at_watched_intents_only(engine: Engine) -> None:
    anchored(engine, people(30, 1))
    live(engine, people(9, 2))
    graded = anchoring.audit_ungraded
    assert graded(AnchorStore(engine), AuditStore(engine), {(TICKETS, "erasure")}) == 0
    live(engine, people(9, 3), first=100)
    assert graded(AnchorStore(engine), AuditStore(engine), set()) == 0
    assert graded(AnchorStore(engine), AuditStore(engine), {(TICKETS, "erasure")}) == 1


def test_an_anchor_of_which_nothing_is_kept_is_reported_with_what_to_do(engine: Engine) -> None:
    world = World(engine)
    world.anchor(erasure=(0.88, 38))
    (listed,) = AnchorStore(engine).all()
    with pytest.raises(
        ConfigError, match=r"nothing is kept of the texts behind anchor .* attach-examples FILE"
    ):
        anchoring.audit_stored(AuditStore(engine), listed.anchor)


def test_tickets_from_before_the_anchor_are_not_taken_for_ones_that_never_name_their_intent(
    engine: Engine,
) -> None:
    texts = [f"erasure of {text}" for text in people(60, 1)]
    live(engine, texts)  # nobody had promised `erasure` yet: its words were not looked for
    anchored(engine, texts)
    (listed,) = AnchorStore(engine).all()
    (result,) = anchoring.audit_stored(AuditStore(engine), listed.anchor)
    assert result.graded.grade is Grade.TRUSTED
    assert "self_labelling" not in {look.name for look in result.looks}
    live(engine, texts, first=1_000)
    seen = AuditStore(engine).production(TICKETS, ["erasure"])
    assert {math.isnan(ticket.look.self_labelling) for ticket in seen} == {True, False}


@pytest.mark.slow
def test_examples_without_a_text_count_and_are_not_compared(engine: Engine) -> None:
    anchored(engine, [*people(12, 1), *[None] * 300])
    live(engine, people(60, 2))
    assert anchoring.audit_ungraded(AnchorStore(engine), AuditStore(engine), {(TICKETS, "erasure")}) == 1
    (listed,) = AnchorStore(engine).all()
    evidence = listed.anchor.promises["erasure", ""].evidence
    assert evidence is not None
    assert evidence.production is not None
    assert (evidence.support, evidence.real, evidence.production.left) == (312, 312, 12)


def test_a_kept_blank_text_is_a_text(engine: Engine) -> None:
    anchored(engine, ["please erase my data", ""], keep_text=True)
    with store(engine).transaction() as transaction:
        describe_new(transaction, keyed(prediction("p1", "erasure", text="")), keep_text=True)
    take(store(engine), prediction("p1", "erasure"))
    (ticket,) = AuditStore(engine).production(TICKETS, ["erasure"])
    assert (ticket.text, ticket.descriptors) == ("", None)
    (listed,) = AnchorStore(engine).all()
    assert [example.descriptors for example in AuditStore(engine).examples(listed.anchor.id)] == [None, None]


def test_a_kept_text_goes_with_its_prediction_and_all_go_when_they_are_no_longer_to_be_kept(
    engine: Engine,
) -> None:
    anchored(engine, ["please erase my data"], keep_text=True)
    with store(engine).transaction() as transaction:
        made = {"old": prediction("old", text=TEXT), "new": prediction("new", text=TEXT, hours=24 * 11)}
        describe_new(transaction, keyed(*made.values()), keep_text=True)
    take(store(engine), made["old"], label("old"), made["new"])

    def texts() -> list[str]:
        return [
            name
            for table, name in (("description", "prediction_id"), ("example", "y_true"))
            for (name,) in rows(engine, f"SELECT {name} FROM {table} WHERE text IS NOT NULL ORDER BY 1")
        ]

    assert texts() == ["new", "old", "erasure"]
    drop_old_predictions(engine, NOON + timedelta(days=11), 10)
    assert texts() == ["new", "erasure"]
    drop_texts(engine)
    assert texts() == []
    assert len(rows(engine, "SELECT * FROM description")) == 2


def test_a_nul_in_a_text_stops_nobody(engine: Engine) -> None:
    with store(engine).transaction() as transaction:
        describe_new(transaction, keyed(prediction("p1", text="a\x00b")), keep_text=True)
    assert rows(engine, "SELECT text FROM description") == [("ab",)]


@pytest.mark.slow
def test_a_look_at_less_does_not_take_the_place_of_a_look_at_more(engine: Engine) -> None:
    anchored(engine, generator(60, 1), "synthetic")
    live(engine, people(60, 2))
    (listed,) = AnchorStore(engine).all()
    full = anchoring.audit_stored(AuditStore(engine), listed.anchor)
    assert anchoring.keep_grades(AnchorStore(engine), listed.anchor, full) == []
    (listed,) = AnchorStore(engine).all()
    less = anchoring.audit_stored(AuditStore(engine), listed.anchor, sources=ReferenceTexts(production=[]))
    assert anchoring.keep_grades(AnchorStore(engine), listed.anchor, less) == ["erasure"]
    (listed,) = AnchorStore(engine).all()
    assert listed.anchor.promises["erasure", ""].grade == "untrusted"
