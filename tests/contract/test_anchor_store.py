"""Anchors, on SQLite and PostgreSQL alike: what was promised is never changed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import msgspec
from sqlalchemy import Engine

from connectors.sql.anchors import AnchorStore
from connectors.sql.evaluate.store import EvaluationStore
from monitor.anchors.ports import ListedAnchor
from monitor.domain.anchors.promise import Anchor, Example, Measured, Promise, Provenance, build
from monitor.domain.events.types import Model
from tests.stored import NOON, TICKETS, counts, prediction, rows, store, take


def anchor(recall: float = 0.88, model: Model = TICKETS, hours: int = 0, **promises: Promise) -> Anchor:
    merged = {("refund", ""): Promise(Measured(recall, 120), None, {"cancel": 9})}
    merged |= {(intent, ""): promise for intent, promise in promises.items()}
    came = Provenance("report.json", "f" * 64, "sklearn", NOON + timedelta(hours=hours))
    return build(model, merged, came)


def active(engine: Engine) -> dict[Model, Anchor]:
    with EvaluationStore(engine).evaluation() as transaction:
        return dict(transaction.active_anchors())


def test_an_anchor_comes_back_as_it_went_in(engine: Engine) -> None:
    made = anchor(0.1 + 0.2, export=Promise(Measured(1 / 3, 30), Measured(0.0, 0), {"ü": 1}))
    assert AnchorStore(engine).add(made, [])
    assert AnchorStore(engine).all() == [ListedAnchor(made, None)]


def test_the_same_anchor_again_changes_nothing(engine: Engine) -> None:
    anchors, made = AnchorStore(engine), anchor()
    assert anchors.add(made, [Example("refund", "refund")])
    other_file = msgspec.structs.replace(made, provenance=Provenance("b", "0" * 64, "csv", NOON))

    assert not anchors.add(other_file, [Example("refund", "cancel")] * 3)
    ((kept, *_),) = anchors.all()
    assert kept.provenance == Provenance("report.json", "f" * 64, "sklearn", NOON, examples=1)
    assert counts(engine, "example", "promise") == {"example": 1, "promise": 1}


def test_the_oldest_anchor_is_listed_first(engine: Engine) -> None:
    anchors, late, early = AnchorStore(engine), anchor(0.5, hours=2), anchor(0.6, hours=1)
    anchors.add(late, [])
    anchors.add(early, [])
    assert [listed.anchor for listed in anchors.all()] == [early, late]


def test_a_model_is_held_to_what_was_activated_last(engine: Engine) -> None:
    anchors, first, second = AnchorStore(engine), anchor(0.5), anchor(0.6, hours=1)
    anchors.add(first, [])
    anchors.add(second, [])
    assert active(engine) == {}

    anchors.activate(second, NOON)
    anchors.activate(first, NOON + timedelta(days=1))
    assert active(engine) == {TICKETS: first}
    assert [listed.active_since for listed in anchors.all()] == [NOON + timedelta(days=1), None]

    anchors.activate(second, NOON + timedelta(days=2), "ana")
    assert [listed.activated_by for listed in anchors.all()] == ["", "ana"]
    assert active(engine) == {TICKETS: second}
    assert counts(engine, "activation") == {"activation": 3}


def test_each_model_has_its_own_anchor(engine: Engine) -> None:
    anchors = AnchorStore(engine)
    of_7, of_8, of_staging = (
        anchor(),
        anchor(model=Model("tickets", "8")),
        anchor(model=Model("tickets", "7", "staging")),
    )
    for added in (of_7, of_8, of_staging):
        anchors.add(added, [])
        anchors.activate(added, NOON)
    assert active(engine) == {added.model: added for added in (of_7, of_8, of_staging)}


def test_an_anchor_and_traffic_name_the_same_model(engine: Engine) -> None:
    take(store(engine), prediction("p1"))
    AnchorStore(engine).add(anchor(), [])
    take(store(engine), prediction("p2"))
    assert counts(engine, "model") == {"model": 1}


def test_attached_examples_add_what_only_they_tell_and_leave_the_shipped_numbers(engine: Engine) -> None:
    anchors, made = AnchorStore(engine), anchor(0.88)
    anchors.add(made, [])
    anchors.attach(
        made,
        {
            ("refund", ""): Promise(Measured(0.87, 119), Measured(0.45, 38), {"cancel": 10, "other": 5}),
            ("refund", "channel=email"): Promise(Measured(0.5, 40), Measured(0.4, 20)),
            ("never promised", ""): Promise(Measured(0.9, 10)),
        },
        [Example("refund", "cancel", "real", {"channel": "email"}, text="not kept")],
        "e" * 64,
    )

    ((kept, *_),) = anchors.all()
    assert kept.id == made.id
    assert kept.promises == {
        ("refund", ""): Promise(Measured(0.88, 120), Measured(0.45, 38), {"cancel": 10, "other": 5}),
        ("refund", "channel=email"): Promise(Measured(0.5, 40), Measured(0.4, 20), {}),
    }
    assert kept.provenance.examples == 1
    assert rows(engine, "SELECT number, y_true, y_pred, origin, slices FROM example") == [
        (0, "refund", "cancel", "real", '{"channel":"email"}')
    ]
    assert rows(engine, "SELECT examples_sha256 FROM anchor") == [("e" * 64,)]


def test_of_two_who_activate_instead_of_the_same_only_the_first_does(engine: Engine) -> None:
    anchors, first, second = AnchorStore(engine), anchor(0.5), anchor(0.6, hours=1)
    for each in (first, second):
        anchors.add(each, [])
    together = Barrier(2)

    def activated(each: Anchor, who: str) -> str | None:
        together.wait()
        return anchors.activate(each, NOON, who, instead_of="")

    with ThreadPoolExecutor(2) as threads:
        of_first = threads.submit(activated, first, "ana")
        of_second = threads.submit(activated, second, "ben")
        answers = of_first.result(), of_second.result()
    assert answers in ((None, first.id), (second.id, None))
    assert counts(engine, "activation") == {"activation": 1}
    (held,) = (listed.anchor for listed in anchors.all() if listed.active_since)
    after = second if held == first else first
    assert anchors.activate(after, NOON, "ben", instead_of=held.id) is None
    assert active(engine) == {TICKETS: after}
