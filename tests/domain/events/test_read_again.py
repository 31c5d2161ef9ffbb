"""Two labels of a ticket by two people are two readings; the rule of which holds is as it was."""

from monitor.domain.events.types import Design, Kind, PredictionKey
from tests.domain.events.joining import MODEL, Store, after, label, prediction

KEY = PredictionKey("p1", MODEL)


def read(store: Store) -> tuple[str | None, str | None, bool]:
    """What holds, what the first reader said, and whether two agree."""
    outcome = store.outcomes[KEY]
    return outcome.intent, outcome.first_intent, outcome.agreed


def test_two_people_who_say_the_same_agree() -> None:
    store = after(prediction(), label("l1", hour=1, annotator="ann"), label("l2", hour=2, annotator="bob"))
    assert read(store) == ("refund", "refund", True)
    assert len(store.revisions) == 1


def test_the_later_of_two_who_differ_holds_and_nobody_agrees() -> None:
    second = label("l2", intent="billing", hour=2, annotator="bob")
    assert read(after(prediction(), label("l1", annotator="ann"), second)) == ("billing", "refund", False)
    assert read(after(second, prediction(), label("l1", annotator="ann"))) == ("billing", "refund", False)


def test_an_adjudicator_decides_and_is_a_reader_without_a_name() -> None:
    judge = label("l3", intent="refund", hour=0, kind=Kind.ADJUDICATED)
    assert read(after(prediction(), judge)) == ("refund", None, False)
    assert read(after(prediction(), label("l1", intent="billing", annotator="ann"), judge)) == (
        *("refund", "refund"),
        True,
    )


def test_one_person_twice_a_label_of_nobody_and_a_model_s_label_are_no_second_reading() -> None:
    ann = label("l1", annotator="ann")
    for other in (
        label("l2", hour=2, annotator="ann"),
        label("l2", hour=2),
        label("l2", hour=2, annotator="bob", kind=Kind.WEAK),
    ):
        assert read(after(prediction(), ann, other))[1:] == (None, False)


def test_a_second_reading_that_is_taken_back_is_none() -> None:
    store = after(
        prediction(),
        label("l1", annotator="ann"),
        label("l2", hour=2, annotator="bob"),
        label("l2", hour=3, annotator="bob", revision=2, retracted=True),
    )
    assert read(store) == ("refund", None, False)


def test_an_annotator_alone_makes_no_other_label() -> None:
    # Stored before who gave it was read; and under another key since.
    for held in (None, "hashed otherwise"):
        store = after(prediction(), label("l1", annotator=held), label("l1", annotator="ann"))
        assert store.became == ["prediction", "label", "label_repeat"]
        assert store.memory.labels["p1"]["l1"].annotator == held


def test_a_second_reading_keeps_how_the_ticket_was_chosen_unless_it_says_so_itself() -> None:
    ann = label("l1", annotator="ann", design=Design.UNIFORM, probability=0.02)
    silent = label("l2", intent="billing", hour=2, annotator="bob")
    outcome = after(prediction(), ann, silent).outcomes[KEY]
    assert (outcome.intent, outcome.design, outcome.probability) == ("billing", Design.UNIFORM, 0.02)
    told = label("l2", hour=2, annotator="bob", design=Design.BY_SCORE, probability=0.5)
    assert after(prediction(), ann, told).outcomes[KEY].design is Design.BY_SCORE
    # One person's other label is no second reading: it says nothing of how the ticket was chosen.
    assert (
        after(prediction(), ann, label("l2", hour=2, annotator="ann")).outcomes[KEY].design is Design.UNKNOWN
    )
