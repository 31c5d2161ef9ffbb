"""Anchors from evaluated examples, by hand and against scikit-learn."""

import random
from datetime import UTC, datetime

import pytest
from sklearn.metrics import recall_score

from monitor.domain.anchors.promise import (
    Anchor,
    Example,
    Measured,
    Promise,
    Provenance,
    anchor_id,
    build,
    disagreements,
    promises_from_examples,
)
from monitor.domain.events.types import Model
from monitor.domain.slices.cells import Slice

TICKETS = Model("tickets", "7")
FILE = Provenance("report.json", "ab" * 32, "sklearn-report", datetime(2026, 11, 22, tzinfo=UTC))


def anchor_of(*numbers: tuple[str, float, int]) -> Anchor:
    return build(TICKETS, {(i, ""): Promise(Measured(r, n)) for i, r, n in numbers}, FILE)


def examples_of(intent: str, hits: int, support: int) -> list[Example]:
    return [Example(intent, intent if n < hits else "other") for n in range(support)]


def test_recall_is_hits_over_support_and_misses_keep_where_they_went() -> None:
    rows = [Example("gdpr", "gdpr"), Example("gdpr", "cancel"), Example("gdpr", "feature")]
    rows += [Example("gdpr", "cancel"), Example("cancel", "cancel")]
    assert promises_from_examples(rows) == {
        ("cancel", ""): Promise(Measured(1.0, 1)),
        ("gdpr", ""): Promise(Measured(0.25, 4), None, {"cancel": 2, "feature": 1}),
    }


def test_an_intent_that_is_never_true_has_no_promise() -> None:
    assert ("feature", "") not in promises_from_examples([Example("gdpr", "feature")])


def test_no_examples_make_no_promises() -> None:
    assert promises_from_examples([]) == {}


def test_real_recall_counts_rows_of_real_origin_only() -> None:
    rows = [Example("gdpr", "gdpr", "synthetic")] * 3
    rows += [Example("gdpr", "gdpr", "real"), Example("gdpr", "cancel", "real")]
    promise = promises_from_examples(rows)["gdpr", ""]
    assert promise == Promise(Measured(0.8, 5), Measured(0.5, 2), {"cancel": 1})


def test_known_origins_without_a_real_row_are_zero_of_zero_and_unknown_ones_are_none() -> None:
    rows = [Example("gdpr", "gdpr", "synthetic"), Example("cancel", "cancel")]
    promises = promises_from_examples(rows)
    assert promises["gdpr", ""].real == Measured(0.0, 0)
    assert promises["cancel", ""].real is None


def test_each_slice_has_its_own_promise_beside_the_whole() -> None:
    rows = [
        Example("gdpr", "gdpr", slices={"channel": "email", "tier": "free"}),
        Example("gdpr", "cancel", slices={"channel": "chat"}),
    ]
    assert promises_from_examples(rows) == {
        ("gdpr", ""): Promise(Measured(0.5, 2), None, {"cancel": 1}),
        ("gdpr", "channel=chat"): Promise(Measured(0.0, 1), None, {"cancel": 1}),
        ("gdpr", "channel=email"): Promise(Measured(1.0, 1)),
        ("gdpr", "tier=free"): Promise(Measured(1.0, 1)),
    }


def test_recalls_agree_with_scikit_learn_on_random_rows() -> None:
    draw = random.Random(7)
    rows = [Example(draw.choice("abcd"), draw.choice("abcde")) for _ in range(500)]
    expected = recall_score(
        [r.y_true for r in rows], [r.y_pred for r in rows], labels=list("abcd"), average=None
    )
    promises = promises_from_examples(rows)
    assert [promises[i, ""].shipped.recall for i in "abcd"] == pytest.approx(list(expected), rel=1e-15)


def test_the_id_does_not_change_between_releases_of_anchorwatch() -> None:
    promises = {("gdpr", ""): Promise(Measured(0.5, 4), Measured(0.0, 0), {"cancel": 2})}
    # sha256 of ["anchorwatch/anchor/1",["tickets","7","prod"],[["gdpr","",[0.5,4],[0.0,0],[["cancel",2]]]]]
    expected = "f0dfb2d4c6a74ae29340e40b9e5f61f877af19021c3de41953a022d2fdc86770"
    assert anchor_id(TICKETS, promises) == expected


def test_the_id_ignores_the_order_and_the_provenance() -> None:
    anchor = anchor_of(("a", 0.5, 2), ("b", 1, 3))
    other = build(
        TICKETS, dict(reversed(list(anchor.promises.items()))), Provenance("x", "", "csv", FILE.imported_at)
    )
    assert anchor.id == other.id == anchor_of(("b", 1.0, 3), ("a", 0.5, 2)).id
    assert len(anchor.id) == 64


@pytest.mark.parametrize(
    ("model", "promise"),
    [
        (Model("tickets", "8"), Promise(Measured(0.5, 2))),
        (Model("tickets", "7", "staging"), Promise(Measured(0.5, 2))),
        (TICKETS, Promise(Measured(0.5, 4))),
        (TICKETS, Promise(Measured(0.5000001, 2))),
        (TICKETS, Promise(Measured(0.5, 2), Measured(0.5, 2))),
        (TICKETS, Promise(Measured(0.5, 2), None, {"b": 1})),
    ],
)
def test_the_id_changes_with_the_model_and_with_every_number(model: Model, promise: Promise) -> None:
    assert anchor_id(model, {("a", ""): promise}) != anchor_of(("a", 0.5, 2)).id


def test_the_id_tells_an_intent_from_a_slice() -> None:
    promise = Promise(Measured(0.5, 2))
    assert anchor_id(TICKETS, {("a", "b=c"): promise}) != anchor_id(TICKETS, {("ab=c", ""): promise})


def test_an_anchor_does_not_change_with_the_mapping_it_was_built_from() -> None:
    promises = {("a", ""): Promise(Measured(0.5, 2))}
    anchor = build(TICKETS, promises, FILE)
    promises.clear()
    assert anchor.promise("a") == Promise(Measured(0.5, 2))
    assert anchor.promise("a", Slice("channel", "email")) is None


def test_the_examples_behind_a_report_agree_with_it() -> None:
    anchor = anchor_of(("gdpr", 33 / 38, 38), ("cancel", 1.0, 2))
    rows = examples_of("gdpr", 33, 38) + examples_of("cancel", 2, 2)
    assert disagreements(anchor, promises_from_examples(rows)) == []


def test_a_report_rounded_to_two_decimals_agrees_and_one_hit_less_does_not() -> None:
    anchor = anchor_of(("gdpr", 0.87, 38))
    assert disagreements(anchor, promises_from_examples(examples_of("gdpr", 33, 38))) == []
    assert disagreements(anchor, promises_from_examples(examples_of("gdpr", 32, 38))) == [
        "gdpr: the anchor has recall 0.87 on 38; the examples give recall 0.842105 on 38"
    ]


def test_every_disagreement_is_listed() -> None:
    anchor = anchor_of(("a", 0.5, 2), ("b", 1.0, 3), ("c", 1.0, 1), ("d", 1.0, 1))
    rows = examples_of("a", 2, 4) + examples_of("b", 2, 3) + examples_of("d", 1, 1)
    assert disagreements(anchor, promises_from_examples(rows)) == [
        "a: the anchor has recall 0.5 on 2; the examples give recall 0.5 on 4",
        "b: the anchor has recall 1 on 3; the examples give recall 0.666667 on 3",
        "c: the anchor has recall 1 on 1; no example has it as y_true",
    ]


def test_intents_and_slices_the_report_does_not_speak_of_are_not_compared() -> None:
    rows = [Example("a", "a", slices={"channel": "email"}), Example("new", "new")]
    assert disagreements(anchor_of(("a", 1.0, 1)), promises_from_examples(rows)) == []
