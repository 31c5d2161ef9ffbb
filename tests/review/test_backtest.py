"""A backtest finds what the evaluation found with these settings, or would have found with them."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from connectors.sql.review.incidents import IncidentRecords
from monitor.app.backtesting import replaying
from monitor.app.wiring import App
from monitor.cli.main import cli
from monitor.domain.backtest.by_the_label import BEFORE
from monitor.domain.backtest.pages import OURS, Backtest
from monitor.domain.telling.members import MemberFacts
from monitor.errors import ConfigError
from monitor.review.backtest import backtest
from monitor.settings.settings import Settings
from tests.stored import NOON, rows
from tests.worlds import World

DAY = timedelta(days=1)
HISTORY = ["h" * 8 + "m"] * 6 + ["hmmhm"] * 8 + ["h" * 12] * 10


@pytest.fixture
def world(engine: Engine) -> World:
    """Six good days, eight bad days, ten good days; judged every day."""
    made = World(engine)
    made.anchor(erasure=(0.88, 38), export=(0.9, 50))
    for day, predicted in enumerate(HISTORY):
        made.outcomes("erasure", predicted, hours=24 * (day - 1))  # labelled a day after that: on `day`
        made.outcomes("export", "hhhhm", hours=24 * (day - 1))
        made.evaluate(NOON + day * DAY)
    return made


@pytest.fixture
def app(world: World) -> Iterator[App]:
    made = App(world.settings, world.engine)
    yield made
    made.close()


def tried(
    app: App, since: datetime | None = None, *, compare: bool = False, streams: int = 0, **judge: float
) -> Backtest:
    settings = app.settings.model_copy(update={"judge": app.settings.judge.model_copy(update=judge)})
    with replaying(app, settings, since) as (history, evaluate):
        return backtest(
            history,
            evaluate,
            onset=None,
            settings=settings,
            compare=compare,
            streams=streams,
            seed=1,
        )


def real(world: World) -> MemberFacts:
    (incident,) = IncidentRecords(world.engine).all()
    (member,) = incident.members
    return member


def test_the_settings_of_the_time_give_the_pages_of_the_time(world: World, app: App) -> None:
    done = tried(app)
    (page,) = done.pages
    member = real(world)
    assert (page.cell, page.seq, page.onset) == (member.cell, member.page_seq, member.onset)
    assert page.at == member.noticed
    (incident,) = IncidentRecords(world.engine).all()
    assert (page.over_at, page.over) == (incident.closed_at, "recovered")
    in_order = rows(
        world.engine,
        f"SELECT count(*) FROM outcome WHERE intent = 'erasure' AND seq BETWEEN {member.onset_seq} AND {page.seq}",
    )
    assert [(page.labels,)] == list(in_order)
    assert done.outcomes == sum(map(len, HISTORY)) + 5 * len(HISTORY)


@pytest.mark.slow
def test_a_smaller_drop_pages_sooner_and_a_larger_one_later_or_never(app: App) -> None:
    seqs = [[page.seq for page in tried(app, drop=drop).pages] for drop in (0.05, 0.10, 0.15)]
    assert seqs[0] < seqs[1]
    assert not seqs[2] or seqs[1] < seqs[2]
    assert tried(app, drop=0.6).pages == []


def test_nothing_is_written_to_the_database_that_is_read(world: World, app: App) -> None:
    def everything() -> dict[str, list[Any]]:
        with world.engine.connect() as connection:
            names = ("model", "outcome", "cell", "checkpoint", "incident", "notification", "purse")
            return {name: list(connection.execute(text(f"SELECT * FROM {name}"))) for name in names}

    before = everything()
    tried(app, drop=0.05, compare=True, streams=3)
    assert everything() == before


def test_a_beginning_leaves_out_what_was_known_before(app: App) -> None:
    done = tried(app, since=NOON + 14 * DAY)
    assert (done.outcomes, done.pages) == (10 * (12 + 5), [])


@pytest.mark.slow
def test_the_rules_of_today_are_reported_beside_ours_and_all_meet_the_same_healthy_histories(
    app: App,
) -> None:
    done = tried(app, compare=True, streams=40)
    by_rule = {page.rule: page for page in done.pages if page.cell.intent == "erasure"}
    assert by_rule[OURS].labels > 0
    assert by_rule["mean of the last 15 below the floor"].onset == by_rule[OURS].onset
    counted = {pages.rule: pages for pages in done.false_pages}
    assert {pages.streams for pages in counted.values()} == {40 * 2}
    assert counted[OURS].pages == 0
    assert counted["mean of the last 15 below the floor"].pages > 0
    # Two cells that share one false page a year: by the label each paged at A = 7,300, which takes longer.
    before = by_rule[BEFORE]
    assert before.labels > by_rule[OURS].labels
    assert before.onset == by_rule[OURS].onset
    assert counted[BEFORE].pages <= 1
    again = tried(app, compare=True, streams=40)
    assert again == done


def test_an_empty_history_is_reported_as_such(engine: Engine) -> None:
    made = App(Settings(), engine)
    assert tried(made) == Backtest(0, None, None, [], [], [])


def invoke(*words: str) -> Any:  # noqa: ANN401
    return CliRunner().invoke(cli, ["backtest", *words])


def test_the_command_replays_files_against_an_anchor_without_a_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    begun = NOON - 30 * DAY  # all of it lies in the past, whatever the day of the test
    events = []
    for number in range(60):
        at = (begun + number * DAY / 4).isoformat()
        name = f"p{number}"
        predicted = "erasure" if number < 20 or number % 3 == 0 else "other"
        events.append(
            {
                "event": "prediction",
                "prediction_id": name,
                "ts": at,
                "model": {"name": "tickets", "version": "7"},
                "predicted": {"intent": predicted},
            }
        )
        events.append(
            {
                "event": "label",
                "label_id": f"l{number}",
                "prediction_id": name,
                "intent": "erasure",
                "labeled_at": at,
            }
        )
    (tmp_path / "events.jsonl").write_text("\n".join(map(json.dumps, events)))
    (tmp_path / "anchor.csv").write_text("intent,recall,support\nerasure,0.9,50\n")
    words = ["--input", "events.jsonl", "--anchor", "anchor.csv", "--model", "tickets", "--version", "7"]
    done = invoke(
        *words, "--json", "--set", "drop=0.05", "--onset", (begun + 5 * DAY).isoformat(), "--healthy", "20"
    )
    assert done.exit_code == 0, done.output
    printed = json.loads(done.stdout)
    (page,) = printed["pages"]
    assert (printed["outcomes"], page["cell"], page["model"]) == (60, "erasure", "tickets v7 (prod)")
    assert 5 <= page["labels_after_onset"] <= 25
    assert printed["false_pages"][0]["healthy_histories"] == 20
    table = invoke(*words, "--healthy", "0").stdout
    assert table.startswith("60 outcomes from ")
    assert "Nothing was written or sent." in table


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--input", "x"], "--input, --anchor, --model and --version belong together; give all four or none"),
        (["--since", "soon"], "--since soon: write a time such as 2026-10-01 or 2026-10-01T09:00Z"),
    ],
)
def test_what_can_t_be_done_is_refused_in_words(words: list[str], problem: str) -> None:
    done = invoke(*words)
    assert isinstance(done.exception, ConfigError)
    assert done.exception.problems == [problem]
