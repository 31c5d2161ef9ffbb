"""`anchorwatch incident analyze` and `replay`: an incident explained, kept, and reproduced elsewhere to the byte."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from connectors.anchor_store import AnchorStore
from connectors.evaluation_store import EvaluationStore
from connectors.status import StatusStore
from monitor import anchoring, reporting
from monitor.cli.main import cli
from monitor.domain.analysis import Analysis, MemberAnalysis, analyze
from monitor.domain.anchors import Example, Measured, Promise, Provenance, build
from monitor.domain.causes import Kind
from monitor.domain.conjunctions import Condition
from monitor.errors import ConfigError
from monitor.oncall import OnCall
from monitor.reporting import Reporting
from monitor.settings import Settings
from reports import analysis as shown
from tests.stored import NOON, TICKETS
from tests.test_evaluate import World

EMAIL, PHONE = {"channel": "email"}, {"channel": "phone"}
POLISHED = "Dear Support Team, could you please process the erasure of my personal data? Kind regards, Ana."
TERSE = "del my acct"


def examples() -> list[Example]:
    """Fifty, 30 of them generated and all hit; of the 20 real ones five are missed."""
    made = [
        Example("erasure", "erasure", "synthetic", EMAIL if i % 2 else PHONE, POLISHED) for i in range(30)
    ]
    real = [
        Example("erasure", "other" if i % 4 == 0 else "erasure", "real", EMAIL if i % 2 else PHONE, TERSE)
        for i in range(20)
    ]
    return made + real


def broken(engine: Engine, *, with_examples: bool = True, slices: bool = True, texts: bool = True) -> World:
    """An intent that fell in e-mails only; offline they were as good as the rest."""
    world = World(engine)
    promises = {("erasure", ""): Promise(Measured(0.9, 50), Measured(0.75, 20), {"other": 5})}
    made = build(TICKETS, promises, Provenance("r", "f" * 64, "csv", NOON))
    store = AnchorStore(engine)
    store.add(made, anchoring.described(examples(), keep_text=False) if with_examples else [])
    store.activate(made, NOON)
    for _ in range(10):
        world.outcomes("erasure", "mmmmh", slices=EMAIL if slices else {}, text=TERSE if texts else None)
        world.outcomes("erasure", "hhhh", slices=PHONE if slices else {}, text=POLISHED if texts else None)
    world.evaluate()
    return world


def desk(world: World, folder: Path | None = None) -> Reporting:
    settings = Settings(reports={"folder": folder} if folder else {})
    return Reporting(settings, world.engine, lambda: NOON + timedelta(days=3))


def analysed(world: World) -> Analysis:
    (incident,) = StatusStore(world.engine).incidents()
    return analyze(desk(world).case(incident))


def member(world: World) -> MemberAnalysis:
    (found,) = analysed(world).members
    return found


def run(*words: str) -> Any:  # noqa: ANN401
    return CliRunner().invoke(cli, ["incident", *words])


@pytest.fixture
def at_home(sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A broken intent in the database that the commands find."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANCHORWATCH_DATABASE__URL", str(sqlite_engine.url))
    return broken(sqlite_engine)


def test_the_channel_that_broke_is_found_and_called_new(engine: Engine) -> None:
    found = member(broken(engine))
    (cause,) = found.causes
    assert cause.conditions == (Condition("channel", "email"),)
    assert (cause.tickets, cause.misses, cause.significant, cause.kind) == (50, 40, True, Kind.NEW)
    assert found.compared == 50
    assert shown.causes(found) == [
        "40 of 90 labelled tickets missed since the onset",
        "channel=email: 40 of 50 missed (significant; new since the anchor was measured)",
    ]


def test_an_anchor_without_examples_cannot_tell_what_is_new(engine: Engine) -> None:
    found = member(broken(engine, with_examples=False))
    assert (found.compared, found.causes[0].kind) == (0, Kind.UNKNOWN)
    assert shown.causes(found)[1].endswith(
        "(significant; weak now; the anchor cannot tell whether it was before)"
    )
    assert found.anchor_style is None


def test_events_without_slices_or_texts_say_so(engine: Engine) -> None:
    world = broken(engine, slices=False, texts=False)
    found = member(world)
    assert found.causes == []
    assert shown.causes(found)[1].startswith("the events carry no `slices`")
    assert (found.missed_style, found.anchor_style) == (None, None)
    assert "how they look is not known" in shown.markdown(analysed(world))


def test_an_attribute_that_the_model_made_explains_nothing_and_is_named(engine: Engine) -> None:
    world = World(engine)
    world.anchor(erasure=(0.9, 50))
    for _ in range(10):
        world.outcomes("erasure", "mmmm", slices={"score_bucket": "low", "channel": "email"})
        world.outcomes("erasure", "hh", slices={"score_bucket": "high", "channel": "phone"})
    world.evaluate()
    found = member(world)
    assert (found.attributes, found.refused) == (["channel"], ["score_bucket"])
    assert "left out, since the model made them: score_bucket" in shown.causes(found)


def test_recall_touched_tickets_shifts_and_style_are_counted_from_the_tickets(engine: Engine) -> None:
    found = member(broken(engine))
    assert (found.labelled, found.missed) == (90, 40)
    assert found.recent.value == pytest.approx(50 / 90)
    assert found.touched.value == pytest.approx(40)  # every prediction is labelled
    assert [(one.intent, one.live, one.offline) for one in found.shifts] == [("other", 40, 5)]
    assert (found.offline_real_support, found.offline_support) == (20, 50)
    assert sum(step.labelled for step in found.timeline) == 90
    assert sum(step.missed for step in found.timeline) == 40
    assert found.timeline[-1].recall == found.since_release.value == pytest.approx(50 / 90)
    style = found.missed_style
    assert style is not None
    assert (style.left, style.right) == (40, 50)
    # The 40 missed tickets are all terse, 40 of the 50 hit ones polished: any descriptor of it ties with the rest.
    assert abs(style.looks[0].auc - 0.5) == pytest.approx(0.4)
    assert style.looks[0].p < 0.001


def test_the_lifecycle_says_what_is_known_and_asks_for_the_rest(engine: Engine) -> None:
    stages = {stage.name: stage for stage in member(broken(engine)).lifecycle}
    assert list(stages) == [
        "purpose",
        "generation",
        "filtering",
        "labelling",
        "evaluation",
        "training",
        "monitoring",
    ]
    assert stages["purpose"].found == ["30 of the anchor's 50 examples are generated"]
    assert stages["evaluation"].found == [
        "offline recall on the 30 generated examples: 1.00",
        "offline recall on the 20 real examples: 0.75",
    ]
    assert "register, generated against live: " in stages["generation"].found[0]
    assert stages["labelling"].found == ["live labels since the onset: 90 human"]
    assert stages["labelling"].open == [
        "Were the labels of the 30 generated examples verified, or assumed from the prompt?"
    ]


def test_what_was_understood_at_the_opening_is_kept_and_written_once(engine: Engine, tmp_path: Path) -> None:
    world = broken(engine)
    reporting_ = desk(world, tmp_path / "out")
    (made,) = reporting_.explain_new()
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "incident-1.html",
        "incident-1.json",
        "incident-1.md",
    }
    assert reporting_.explain_new() == []
    world.outcomes("erasure", "m" * 5)
    world.evaluate()
    (incident,) = StatusStore(engine).incidents()
    kept = reporting_.as_opened(incident)
    assert kept is not None
    assert shown.json(kept) == shown.json(made)
    assert (kept.members[0].labelled, member(world).labelled) == (90, 95)


def test_an_incident_that_is_reopened_is_analyzed_anew(engine: Engine) -> None:
    world = broken(engine)
    reporting_ = desk(world)
    reporting_.explain_new()
    OnCall(EvaluationStore(engine), world.settings).resolve(1, "ana", "rolled back", NOON + timedelta(days=3))
    assert reporting_.explain_new() == []
    world.outcomes("erasure", "m" * 20)
    world.evaluate(NOON + timedelta(days=3, hours=1))
    (again,) = reporting_.explain_new()
    assert [event.what for event in again.history] == ["opened", "resolved", "reopened"]
    assert reporting_.explain_new() == []


def test_a_bundle_gives_the_same_numbers_where_there_is_no_database(
    at_home: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = run("analyze", "1", "--bundle", "case")
    assert done.exit_code == 0, done.output
    assert done.stdout.split() == [
        str(Path("case") / name)
        for name in ("case.json", "tickets.parquet", "examples.parquet", "analysis.json")
    ]
    monkeypatch.setenv("ANCHORWATCH_DATABASE__URL", f"sqlite:///{tmp_path / 'elsewhere' / 'none.db'}")
    again = run("replay", "case", "--json")
    assert again.exit_code == 0, again.output
    assert again.stdout_bytes == Path("case/analysis.json").read_bytes()
    assert at_home.engine is not None
    everything = b"".join(path.read_bytes() for path in Path("case").iterdir())
    assert TERSE.encode() not in everything
    assert b"p1" not in Path("case/case.json").read_bytes()


def test_a_bundle_that_was_changed_is_told(at_home: World) -> None:
    assert at_home.engine is not None
    run("analyze", "1", "--bundle", "case")
    case = Path("case/case.json")
    case.write_text(case.read_text().replace('"floor": 0.8', '"floor": 0.7'))
    done = run("replay", "case")
    assert done.exit_code == 1
    assert "the numbers are not those that lie in the bundle" in done.stderr


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["analyze", "7"], "there is no incident 7"),
        (["analyze", "1", "--as-opened"], "incident 1 was not analyzed when it was opened"),
        (["analyze", "1", "--as-opened", "--bundle", "b"], "--as-opened: a bundle holds what is known now"),
        (["replay", "nowhere"], "nowhere is no bundle that `anchorwatch incident analyze --bundle` wrote"),
    ],
)
def test_what_cannot_be_done_is_told_with_what_to_do(
    at_home: World, words: Sequence[str], problem: str
) -> None:
    assert at_home.engine is not None
    refused = run(*words).exception
    assert isinstance(refused, ConfigError)
    assert str(refused).startswith(problem)


def test_a_bundle_of_another_format_is_refused(at_home: World) -> None:
    assert at_home.engine is not None
    run("analyze", "1", "--bundle", "case")
    case = Path("case/case.json")
    case.write_text(case.read_text().replace("anchorwatch/case/1", "anchorwatch/case/9"))
    with pytest.raises(ConfigError, match="has the format 'anchorwatch/case/9', this version reads"):
        reporting.replay(Path("case"))


def test_the_command_prints_words_exact_json_and_files(at_home: World) -> None:
    assert at_home.engine is not None
    words = run("analyze", "1")
    assert (words.exit_code, "channel=email: 40 of 50 missed" in words.stdout) == (0, True)
    assert "Was the real tail (short, misspelt, forwarded tickets) kept in training" in words.stdout
    told = json.loads(run("analyze", "1", "--json").stdout)
    (found,) = told["members"]
    assert (found["labelled"], found["missed"], found["causes"][0]["kind"]) == (90, 40, "new")
    done = run("analyze", "1", "--output", "out")
    assert done.stdout.split() == [str(Path("out") / f"incident-1.{kind}") for kind in ("html", "md", "json")]


def test_names_from_events_can_bring_no_markup(engine: Engine) -> None:
    world = World(engine)
    world.anchor(TICKETS, **{"<b>x": (0.9, 50)})
    world.outcomes("<b>x", "m" * 30, slices={"<i>y": "`|"})
    world.evaluate()
    found = analysed(world)
    assert "<b>x" not in shown.html(found)
    assert "\\<b>x" in shown.markdown(found)
