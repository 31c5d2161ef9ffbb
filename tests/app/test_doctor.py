"""The doctor: every check is tried, and every finding says what to do."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from monitor.anchors.ports import ListedAnchor
from monitor.app.doctor import anchors, examine
from monitor.app.findings import CheckResult, CheckStatus
from monitor.domain.anchors.promise import Anchor, Measured, Promise, Provenance
from monitor.domain.events.types import Model
from monitor.domain.judging.state import CellState
from monitor.domain.slices.cells import Cell
from monitor.errors import UnavailableError
from monitor.review.ports.status import CellStatus
from reports.tables.doctor import as_object

V7, V8 = Model("tickets", "7"), Model("tickets", "8")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PROMISE = Promise(Measured(0.88, 100))


def anchor(model: Model, *intents: str, name: str = "a") -> Anchor:
    return Anchor(
        name * 64,
        model,
        {(intent, ""): PROMISE for intent in intents},
        Provenance("report.json", "0" * 64, "sklearn", NOW),
    )


def active(of: Anchor) -> ListedAnchor:
    return ListedAnchor(of, NOW)


def traffic(model: Model, *intents: str) -> list[CellStatus]:
    return [CellStatus(CellState(Cell(model, intent)), None) for intent in intents]


def good(what: str) -> CheckResult:
    return CheckResult(what, CheckStatus.GOOD, "fine")


def test_every_check_is_tried_in_its_order() -> None:
    results = examine([("one", lambda: [good("one")]), ("two", lambda: [good("two"), good("two")])])
    assert results == [good("one"), good("two"), good("two")]


def test_a_check_that_fails_is_a_finding_and_stops_none_of_the_others() -> None:
    def fails() -> Sequence[CheckResult]:
        raise UnavailableError("broker: nobody answers at localhost:9092")

    assert examine([("broker", fails), ("database", lambda: [good("database")])]) == [
        CheckResult("broker", CheckStatus.BAD, "broker: nobody answers at localhost:9092"),
        good("database"),
    ]


def test_a_defect_of_the_doctor_is_not_taken_for_an_illness() -> None:
    def defect() -> Sequence[CheckResult]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        examine([("broker", defect)])


def test_anchors_that_hold_every_model_are_good() -> None:
    results = anchors([active(anchor(V7, "refund"))], traffic(V7, "refund"))
    assert results == [CheckResult("anchors", CheckStatus.GOOD, "1 active")]


def test_without_any_anchor_it_says_how_to_import_an_anchor() -> None:
    assert anchors([], []) == [
        CheckResult("anchors", CheckStatus.BAD, "none imported", "anchorwatch anchor import FILE …")
    ]


def test_a_model_with_traffic_and_no_active_anchor_is_bad() -> None:
    results = anchors([active(anchor(V7, "refund"))], traffic(V7, "refund") + traffic(V8, "refund"))
    assert results == [
        CheckResult(
            "anchors",
            CheckStatus.BAD,
            "tickets v8 (prod) has traffic and no active anchor",
            "anchorwatch anchor import FILE --model tickets --version 8 --environment prod --activate",
        )
    ]


def test_an_anchor_never_activated_is_a_warning() -> None:
    assert anchors([ListedAnchor(anchor(V7, "refund", name="b"), None)], []) == [
        CheckResult(
            "anchors",
            CheckStatus.WARNING,
            "tickets v7 (prod): anchor bbbbbbbbbbbb was never activated",
            "anchorwatch anchor activate bbbbbbbbbbbb",
        )
    ]


def test_an_anchor_replaced_by_a_newer_one_is_no_warning() -> None:
    listed = [ListedAnchor(anchor(V7, "refund", name="b"), None), active(anchor(V7, "refund"))]
    assert [finding.health for finding in anchors(listed, [])] == [CheckStatus.GOOD]


def test_intents_that_the_anchor_never_measured_are_named_up_to_five() -> None:
    listed = [active(anchor(V7, "refund"))]
    few = anchors(listed, traffic(V7, "refund", "b", "a"))
    many = anchors(listed, traffic(V7, *"gfedcba"))
    assert [(f.health, f.detail) for f in few] == [
        (CheckStatus.WARNING, "tickets v7 (prod): its anchor never measured a, b")
    ]
    assert [f.detail for f in many] == ["tickets v7 (prod): its anchor never measured a, b, c, d, e and more"]
    assert few[0].remedy == "evaluate them offline and import a new anchor"


def test_a_finding_as_an_object_has_four_fields() -> None:
    assert as_object(CheckResult("broker", CheckStatus.BAD, "nobody answers", "start it")) == {
        "what": "broker",
        "health": "bad",
        "detail": "nobody answers",
        "remedy": "start it",
    }
