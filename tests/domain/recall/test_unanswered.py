"""How often a model gives no answer: worked by hand."""

from monitor.domain.events.types import Model
from monitor.domain.recall.unanswered import Abstentions, Unanswered, abstentions
from monitor.domain.slices.cells import GROUP, Cell
from reports.words.unanswered import sentence

V7 = Model("tickets", "7")


def test_intents_are_ranked_by_the_share_of_their_tickets_without_slices_and_groups() -> None:
    counts = [
        (Cell(V7, "refund"), Unanswered(5, 100)),
        (Cell(V7, "erasure"), Unanswered(3, 4)),
        (Cell(V7, "billing"), Unanswered(0, 900)),
        (Cell(V7, "erasure", "channel=email"), Unanswered(3, 3)),
        (Cell(V7, f"{GROUP}rare"), Unanswered(3, 4)),
    ]
    known = abstentions(2_000, 60, counts)
    assert known == Abstentions(2_000, 60, {"erasure": Unanswered(3, 4), "refund": Unanswered(5, 100)})
    assert list(known.intents) == ["erasure", "refund"]
    assert known.share == 0.03


def test_a_model_that_always_answers_has_none() -> None:
    assert abstentions(2_000, 0, [(Cell(V7, "refund"), Unanswered(0, 100))]) is None


def test_the_sentence_names_the_three_that_suffer_most() -> None:
    intents = {name: Unanswered(9 - n, 10) for n, name in enumerate("abcde")}
    assert sentence(Abstentions(400, 36, intents)) == (
        "no answer on 36 of 400 predictions (9 %); of labelled tickets on 9 of 10 of a, 8 of 10 of b, 7 of 10 of c and"
        " 2 intents more"
    )
    assert sentence(Abstentions(0, 0, {"a": Unanswered(1, 2)})) == (
        "no answer on 0 of 0 predictions; of labelled tickets on 1 of 2 of a"
    )
