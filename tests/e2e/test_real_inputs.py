"""Files as real producers write them, from bytes to `status`: each kind of harm, and what must come of it."""

import json
from datetime import timedelta

import pytest

from tests.e2e.bot import Event, Watch, pair, stamp, traffic


def test_scores_just_above_one_cost_no_ticket_and_page_nobody(watch: Watch) -> None:
    watch.anchor("refund", "bug")
    printed = watch.take(traffic(200, [True] * 9 + [False], score=1.0000097799))
    assert watch.live()["refund"] == (90, 10, "ok")
    assert watch.rejected() == []
    assert "CRITICAL" not in printed
    assert "200 events: scores just beyond 0 or 1 were taken as that bound" in watch.status()


@pytest.mark.parametrize("score", [float("nan"), 87.0, -3, "0.9", 1e300])
def test_a_score_that_is_none_costs_the_score(watch: Watch, score: object) -> None:
    watch.anchor("refund", "bug")
    watch.take(traffic(20, [True], score=score))
    assert watch.live()["refund"][:2] == (10, 0)
    assert "20 events: scores that are no number within 0 and 1 were left out" in watch.status()


def test_an_abstention_is_a_miss_and_is_reported_as_no_answer(watch: Watch) -> None:
    watch.anchor("refund", "bug")
    events = [e for n in range(60) for e in pair(n, "refund", None if n % 5 < 3 else "refund")]
    printed = watch.take(events)
    assert watch.live()["refund"] == (24, 36, "degraded")
    assert "no answer 100 % (of" in printed
    assert watch.rejected() == []


@pytest.mark.parametrize("stray", ["2062-01-01T00:00:00Z", "2027-11-02T00:00:00Z", "2099-12-31T23:59:59Z"])
@pytest.mark.parametrize("kind", ["prediction", "label"])
def test_one_event_stamped_far_ahead_moves_nothing(watch: Watch, stray: str, kind: str) -> None:
    watch.anchor("refund", "bug")
    events = traffic(300, [True] * 9 + [False])
    watch.take(events)
    healthy = watch.live()
    odd = pair(9_999, "refund", "refund")
    odd[0]["ts"] = stamp(timedelta(0))
    odd[1]["labeled_at"] = stamp(timedelta(0))
    odd[kind == "label"]["ts" if kind == "prediction" else "labeled_at"] = stray
    watch.take([*events[:100], *odd, *events[100:]], "again.jsonl")
    assert [code for _, code in watch.rejected()] == ["time_out_of_range"]
    assert watch.live() == healthy
    assert "blind" not in watch.status()


@pytest.mark.parametrize("spelled", ["refund ", "\u00a0refund", "refund\u200b"])
def test_blanks_around_a_live_name_make_no_other_intent(watch: Watch, spelled: str) -> None:
    watch.anchor("refund", "bug")
    watch.take([e for n in range(40) for e in pair(n, "refund", spelled)])
    assert watch.live()["refund"][:2] == (40, 0)
    assert (
        "40 events: blanks around names, or letters in another normal form, were left out" in watch.status()
    )


def test_a_live_name_that_differs_by_case_is_reported(watch: Watch) -> None:
    watch.anchor("refund", "bug")
    watch.take([e for n in range(40) for e in pair(n, "refund", "Refund ")])
    assert watch.live()["refund"] == (0, 40, "degraded")
    assert '"Refund" and "refund" differ only by case; they are counted as two intents' in watch.status()


def test_a_text_cut_inside_an_emoji_costs_no_ticket(watch: Watch) -> None:
    watch.anchor("refund", "bug")
    events = traffic(2, [True])
    for event in events[::2]:
        event["text"] = "Where is my money \ud83d"
    watch.take(events)
    assert watch.live()["refund"][:2] == (1, 0)
    assert watch.rejected() == []


def test_a_byte_order_mark_in_the_middle_of_a_file_is_passed_over(watch: Watch) -> None:
    watch.anchor("refund", "bug")
    mark = b"\xef\xbb\xbf"
    watch.take([mark + json.dumps(e).encode() for e in traffic(4, [True])] + [mark])
    assert watch.live()["refund"][:2] == (2, 0)
    assert watch.rejected() == []


def test_label_ids_that_begin_anew_in_a_second_project_are_reported(watch: Watch) -> None:
    watch.anchor("refund", "bug")
    events = traffic(4, [True])
    for number, event in enumerate(events[1::2]):
        event["label_id"] = str(number % 2)
    watch.take(events)
    assert [code for _, code in watch.rejected()] == ["conflict", "conflict"]
    assert watch.live()["refund"][:2] == (1, 0)
    assert "dead letters: 2 conflict" in watch.status()


def shadowed(count: int) -> list[Event]:
    """Requests for a refund that version 8 answers first, under the same id, and gets wrong."""
    events = []
    for number in range(count):
        champion, label = pair(number, "refund", "refund")
        shadow = champion | {
            "model": {"name": "tickets", "version": "8"},
            "predicted": {"intent": "bug", "score": 0.9},
        }
        events += [shadow, champion, label]
    return events


def test_a_shadow_model_that_shares_the_request_id_has_outcomes_of_its_own(watch: Watch) -> None:
    watch.anchor("refund", "bug")
    watch.take(shadowed(2))
    assert watch.live_by_version("refund") == {"7": (2, 0), "8": (0, 2)}
    assert watch.rejected() == []


def test_a_thousand_shadows_in_a_row_stop_nobody(watch: Watch) -> None:
    watch.anchor("refund", "bug")
    events = shadowed(1_100)
    shadows = events[::3]
    watch.take([event for number, event in enumerate(events) if number % 3])
    watch.take(shadows, "shadows.jsonl")
    assert watch.live_by_version("refund") == {"7": (1_100, 0), "8": (0, 1_100)}
    assert watch.rejected() == []


def test_a_label_that_names_a_version_is_about_that_version_alone(watch: Watch) -> None:
    watch.anchor("refund", "bug")
    events = shadowed(3)
    events[2]["model"] = {"version": "7"}
    events[5]["model"] = {"name": "tickets", "version": "8", "environment": "prod"}
    watch.take(events)
    assert watch.live_by_version("refund") == {"7": (2, 0), "8": (0, 2)}


def test_a_file_that_is_read_again_counts_nothing_twice(watch: Watch) -> None:
    watch.anchor("refund", "bug")
    watch.take(shadowed(3))
    watch.take(shadowed(3))
    assert watch.live_by_version("refund") == {"7": (3, 0), "8": (0, 3)}


def test_an_intent_may_be_called_other(watch: Watch) -> None:
    watch.anchor("refund", "__other__")
    watch.take(
        [
            e
            for n in range(20)
            for e in pair(n, ("refund", "__other__")[n % 2], ("refund", "__other__")[n % 2])
        ]
    )
    assert watch.live()["__other__"][:2] == (10, 0)
    assert "counted together" not in watch.status()


def test_names_as_long_as_a_producer_likes_stop_nobody(watch: Watch) -> None:
    watch.anchor("refund", "bug")
    events = traffic(6, [True])
    events[0]["model"]["name"] = "語" * 171
    events[2]["slices"] = {"agent": "x" * 400_000, "y" * 3_000: "z"}
    events[4]["predicted"]["intent"] = "🙂" * 200
    watch.take(events)
    assert watch.rejected() == [(0, "id_too_long"), (4, "id_too_long")]
    assert watch.live()["bug"][:2] == (3, 0)


def test_an_intent_whose_name_holds_a_comma_can_be_named(watch: Watch) -> None:
    (watch.folder / "anchor.csv").write_text('y_true,y_pred\n"refund, partial","refund, partial"\nbug,bug\n')
    model = ["--model", "tickets", "--version", "7"]
    said = watch("anchor", "import", "anchor.csv", *model, "--intent", "refund, partial", "--activate")
    assert "1 intent" in said
    watch.take([e for n in range(4) for e in pair(n, "refund, partial", "refund, partial")])
    assert watch.live()["refund, partial"][:2] == (4, 0)
    watch("anchor", "import", "anchor.csv", *model, "--intent", "refund", fails=1)


@pytest.mark.parametrize("name", ["x" * 256, "t\0", "half \ud83d", " "])
def test_a_model_that_no_event_can_name_is_refused(watch: Watch, name: str) -> None:
    (watch.folder / "anchor.csv").write_text("y_true,y_pred\nbug,bug\n")
    watch("anchor", "import", "anchor.csv", "--model", name, "--version", "7", fails=1)
