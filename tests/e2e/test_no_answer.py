"""A model that gives no answer, from bytes to the page, `status`, the weekly report and the analysis."""

import json

import pytest

from tests.e2e.bot import Watch, pair, traffic


@pytest.fixture
def fallback(monkeypatch: pytest.MonkeyPatch) -> None:
    """`fallback` is no answer from now on."""
    monkeypatch.setenv("ANCHORWATCH_PREDICTIONS__NO_ANSWER", '["fallback"]')


@pytest.mark.usefixtures("fallback")
@pytest.mark.parametrize("answer", [None, "fallback"])
def test_a_fallback_that_swallows_a_rare_intent_pages_and_says_no_answer(
    watch: Watch, answer: str | None
) -> None:
    watch.anchor("refund", "bug", "erasure")
    truths = ["refund", "bug", "refund", "bug", "erasure"]
    events = [
        event
        for n, truth in enumerate(truths * 40)
        for event in pair(n, truth, answer if truth == "erasure" and n % 25 != 4 else truth)
    ]
    printed = watch.take(events)
    assert "erasure" in printed
    assert "no answer 100 % (of" in printed
    assert watch.live()["erasure"] == (8, 32, "degraded")
    status = watch("status")
    assert "no answer on 32 of 200 predictions (16 %); of labelled tickets on 32 of 40 of erasure" in status
    cells = json.loads(watch("status", "--json"))
    assert {cell["intent"] for cell in cells} == {"refund", "bug", "erasure"}
    (erasure,) = [cell for cell in cells if cell["intent"] == "erasure"]
    assert (erasure["no_answer"], erasure["misses_to"]) == (32, {"": 32})
    assert erasure["abstentions"] == {"predictions": 200, "abstained": 32, "share": 0.16}
    assert "no answer" in watch("incident", "analyze", "1")
    week = json.loads(watch("report", "weekly", "--week", "2026-W45", "--json"))
    (model,) = week["models"]
    assert model["abstentions"]["abstained"] == 32
    assert model["abstentions"]["intents"]["erasure"] == {"misses": 32, "support": 40}
    assert "no answer on 32 of 200 predictions" in watch("report", "weekly", "--week", "2026-W45")


@pytest.mark.parametrize("name", ["None", "null", "fallback"])
def test_an_intent_that_is_called_so_stays_an_intent(watch: Watch, name: str) -> None:
    watch.anchor("refund", name)
    watch.take([event for n in range(40) for event in pair(n, name, name if n % 4 else "refund")])
    assert watch.live()[name] == (30, 10, "ok")
    assert "no answer" not in watch.status()


def test_nothing_is_promised_of_a_name_for_no_answer(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    report = {name: {"recall": 0.9, "support": 200} for name in ("refund", "fallback")}
    (watch.folder / "anchor.json").write_text(json.dumps(report), encoding="utf-8")
    words = ("anchor", "import", "anchor.json", "--model", "tickets", "--version", "7", "--activate")
    watch(*words)  # from before it was configured
    watch.write(pair(0, "refund", "fallback"))
    monkeypatch.setenv("ANCHORWATCH_PREDICTIONS__NO_ANSWER", '["fallback"]')
    watch("run", "--once", "--input", "events.jsonl")
    assert set(watch.live()) == {"refund"}
    assert "'fallback' is no intent by the configuration; left out" in watch(*words)


@pytest.mark.parametrize("truth", [None, "oos"])
def test_tickets_of_no_intent_have_their_own_row_and_page_nobody(
    watch: Watch, monkeypatch: pytest.MonkeyPatch, truth: str | None
) -> None:
    monkeypatch.setenv("ANCHORWATCH_LABELS__OUT_OF_SCOPE", '["oos"]')
    watch.anchor("refund", "bug")
    events = traffic(200, [True] * 9 + [False])
    for number, answer in enumerate(["refund"] * 30 + [None] * 6 + ["oos"] * 4):
        events += pair(1_000 + number, "refund", answer)
        events[-1]["intent"] = truth
    printed = watch.take(events)
    assert "CRITICAL" not in printed
    assert watch.rejected() == []
    assert watch.live() == {"refund": (90, 10, "ok"), "bug": (100, 0, "ok")}
    status = watch("status")
    assert "tickets of no intent" in status
    assert "refund 30" in status
    (cell, *_) = json.loads(watch("status", "--json"))
    row = cell["out_of_scope"]
    assert (row["tickets"], row["abstained"], row["accepted"]) == (40, 10, 30)
    assert row["accepted_as"] == {"refund": 30}
    assert row["low"] < row["share_accepted"] == 0.75 < row["high"]
    week = json.loads(watch("report", "weekly", "--week", "2026-W45", "--json"))
    assert week["models"][0]["out_of_scope"][-1] == {"abstained": 10, "accepted": 30}
    assert {intent["intent"] for intent in week["models"][0]["intents"]} == {"refund", "bug"}
    words = "Tickets of no intent: this week 30 of 40 were wrongly accepted (75 %, 59 % to 87 %)"
    assert words in watch("report", "weekly", "--week", "2026-W45")


def test_several_predicted_intents_are_a_hit_where_the_true_one_is_among_them(watch: Watch) -> None:
    watch.anchor("refund", "bug")
    events = traffic(200, [True] * 9 + [False])
    for event in events[::2]:
        first = event["predicted"].pop("intent")
        event["predicted"]["intents"] = [first, "cancel"] if first == "bug" else ["cancel", "refund"]
    said = pair(200, "refund", "refund")
    said[1]["intents"] = ["refund", "bug"]
    watch.take([*events, *said])
    assert watch.live() == {"refund": (90, 10, "ok"), "bug": (100, 0, "ok")}
    assert watch.rejected() == [(401, "several_intents")]
    (refund,) = [cell for cell in json.loads(watch("status", "--json")) if cell["intent"] == "refund"]
    assert refund["misses_to"] == {"bug": 10}
