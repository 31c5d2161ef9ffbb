"""What whoever may write to the topics cannot do (docs/security.md): they are trusted to label, not to break."""

import json
from datetime import timedelta

import pytest

from tests.e2e.bot import Event, Watch, pair, stamp, traffic

BROKEN = [True] * 4 + [False] * 6
HEALTHY = [True] * 9 + [False]


def labels(events: list[Event], **changed: object) -> list[Event]:
    """The labels among the events, a revision later, two weeks on."""
    return [
        event | {"revision": 2, "labeled_at": stamp(timedelta(days=14))} | changed
        for event in events
        if event["event"] == "label"
    ]


def history(watch: Watch, incident: int = 1) -> list[str]:
    """What happened to an incident, in order."""
    return [
        line["what"] for line in json.loads(watch("incident", "show", str(incident), "--json"))["history"]
    ]


def test_who_retracts_every_label_ends_a_page_only_as_retracted(watch: Watch) -> None:
    watch.anchor("refund", "bug")
    events = traffic(300, BROKEN)
    watch.take(events)
    assert history(watch) == ["opened"]
    watch.take(labels(events, status="retracted"), "retracted.jsonl")
    assert history(watch) == ["opened", "retracted"]
    hits, misses, _ = watch.live()["refund"]
    assert (hits, misses) == (0, 0)
    assert watch.coverages()["refund"] != "seen"


def test_who_corrects_labels_to_what_was_predicted_is_on_record_and_nothing_reads_recovered(
    watch: Watch,
) -> None:
    watch.anchor("refund", "bug")
    events = traffic(300, BROKEN)
    watch.take(events)
    watch.take(labels(events, intent="bug"), "corrected.jsonl")
    assert history(watch) == ["opened", "retracted"]
    assert watch.live()["refund"][:2] == (0, 0)
    assert watch.live()["bug"][0] == 150 + 90


def test_who_takes_an_id_first_changes_no_count_twice_and_the_true_one_is_reported(watch: Watch) -> None:
    watch.anchor("refund", "bug")
    events = traffic(100, HEALTHY)
    squatted = [
        event | {"predicted": {"intent": "bug"}} for event in events[:20] if event["event"] == "prediction"
    ]
    watch.take([*squatted, *events])
    assert [code for _, code in watch.rejected()] == ["conflict"] * len(squatted)
    assert "conflict" in watch.status()
    assert sum(watch.live()["refund"][:2]) == 50


@pytest.mark.parametrize("flood", [3_000])
def test_who_invents_versions_and_intents_changes_nothing_of_the_models_that_are_watched(
    watch: Watch, flood: int
) -> None:
    watch.anchor("refund", "bug")
    events = traffic(200, HEALTHY)
    watch.take(events)
    before = {name: watch.live()[name] for name in ("refund", "bug")}
    invented = [
        pair(10_000 + number, f"intent-{number}", f"intent-{number + 1}")[0]
        | {
            "ts": stamp(timedelta(minutes=number)),
            "model": {"name": "tickets", "version": f"x{number % 300}"},
        }
        for number in range(flood)
    ]
    watch.take(invented, "invented.jsonl")
    assert {name: watch.live()[name] for name in before} == before


@pytest.mark.parametrize(
    "forged",
    [
        {"event": "silence", "matchers": ["intent=*"], "reason": "quiet", "ends": "2030-01-01T00:00:00Z"},
        {
            "event": "anchor",
            "model": {"name": "tickets", "version": "7"},
            "report": {"refund": {"recall": 0.1}},
        },
        {"event": "erase", "subject": "*"},
        {"event": "incident", "number": 1, "state": "resolved"},
    ],
    ids=lambda forged: forged["event"],
)
def test_an_event_is_a_prediction_or_a_label_and_never_an_order(watch: Watch, forged: Event) -> None:
    watch.anchor("refund", "bug")
    watch.take([*traffic(300, BROKEN), forged])
    assert [code for _, code in watch.rejected()] == ["unknown_event"]
    assert history(watch) == ["opened"]
    assert watch("silence", "list") == "nothing is silenced\n"
