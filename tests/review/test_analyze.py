"""`anchorwatch incident analyze` and `replay`: an incident explained, kept, and reproduced elsewhere to the byte."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from connectors.sql.anchors import AnchorStore
from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.review import analyses as analysis_store
from connectors.sql.review.status import StatusStore
from monitor.anchors import anchoring
from monitor.app import publishing as reporting
from monitor.app.publishing import Reporting
from monitor.cli.main import cli
from monitor.domain.analysis.analysis import Analysis, MemberAnalysis, analyze
from monitor.domain.anchors.promise import Example, Measured, Promise, Provenance, build
from monitor.domain.events.types import Model
from monitor.domain.slices.causes import Kind
from monitor.domain.slices.conjunctions import Condition
from monitor.errors import ConfigError
from monitor.incidents.oncall import OnCall
from monitor.settings.settings import Settings
from reports.documents import analysis as shown
from reports.objects import as_json
from tests.stored import NOON, TICKETS
from tests.worlds import World

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
        "40 of 90 labelled tickets missed",
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
    assert shown.causes(found)[1].startswith("no attribute of the events (`slices`) can tell")
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
    assert (found.attributes, found.refused) == (("channel",), ["score_bucket"])
    assert "left out, since the model made them: score_bucket" in shown.causes(found)


def test_recall_touched_tickets_shifts_and_style_are_counted_from_the_tickets(engine: Engine) -> None:
    found = member(broken(engine))
    assert (found.labelled, found.missed) == (90, 40)
    assert found.recent is not None
    assert found.touched is not None
    assert found.since_release is not None
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


def test_after_the_end_of_an_incident_only_the_time_until_then_is_told(engine: Engine) -> None:
    world = broken(engine)
    OnCall(EvaluationStore(engine), world.settings).resolve(1, "ana", "rolled back", NOON + timedelta(days=3))
    world.outcomes("erasure", "h" * 200, at=4 * 24, hours=5 * 24, text=TERSE)
    world.evaluate(NOON + timedelta(days=9))
    found = member(world)
    assert (found.labelled, found.missed, found.until) == (90, 40, NOON + timedelta(days=3))
    assert found.recent is not None
    assert found.since_release is not None
    assert found.recent.value == pytest.approx(50 / 90)
    assert found.since_release.value == pytest.approx(250 / 290)
    assert found.predictions == 90
    assert "live until it was over" in shown.markdown(analysed(world))


def test_a_member_whose_labels_were_all_taken_back_is_not_shown_as_the_worst(engine: Engine) -> None:
    world = World(engine)
    world.anchor(erasure=(0.9, 50), export=(0.9, 50))
    gone = world.outcomes("erasure", "m" * 30)
    world.outcomes("export", "m" * 30)
    world.evaluate()
    world.retract(gone)
    found = analysed(world).members
    assert [str(one.cell) for one in found] == ["export", "erasure"]
    assert (found[1].labelled, found[1].recent, found[1].touched) == (0, None, None)
    words = shown.markdown(analysed(world))
    assert "no labelled ticket is left: every label was taken back" in words
    assert "no labelled ticket is left to look at" in words


def test_the_anchor_is_the_one_that_was_active_at_the_page(engine: Engine) -> None:
    world = broken(engine)
    other = build(
        TICKETS, {("erasure", ""): Promise(Measured(0.5, 50))}, Provenance("x", "0" * 64, "csv", NOON)
    )
    AnchorStore(engine).add(other, [])
    AnchorStore(engine).activate(other, NOON + timedelta(days=30))
    found = member(world)
    assert (found.offline.value, found.compared) == (0.9, 50)
    monitoring = found.lifecycle[-1].found
    assert "held to its anchor since 2026-11-20 12:00 UTC" in monitoring
    assert not any("no anchor was active" in words for words in monitoring)


def test_an_anchor_activated_after_the_events_is_not_said_to_have_held_before(engine: Engine) -> None:
    world = World(engine)
    world.anchor(erasure=(0.9, 50))
    world.outcomes("erasure", "m" * 30, at=-60 * 24, hours=-60 * 24)
    world.evaluate(NOON - timedelta(days=58))
    assert not any(words.startswith("held to its anchor") for words in member(world).lifecycle[-1].found)


def test_a_cause_by_what_the_anchor_never_recorded_is_not_called_new(engine: Engine) -> None:
    world = World(engine)
    examples_ = [Example("erasure", "erasure", "real", EMAIL) for _ in range(50)]
    made = build(
        TICKETS, {("erasure", ""): Promise(Measured(0.9, 50))}, Provenance("r", "f" * 64, "csv", NOON)
    )
    AnchorStore(engine).add(made, examples_)
    AnchorStore(engine).activate(made, NOON)
    for _ in range(10):
        world.outcomes("erasure", "mmmmh", slices={"tier": "free", "channel": "email"})
        world.outcomes("erasure", "hhhh", slices={"tier": "paid", "channel": "email"})
    world.evaluate()
    (cause,) = member(world).causes
    assert (cause.conditions, cause.kind, cause.z) == ((Condition("tier", "free"),), Kind.UNKNOWN, None)


def test_an_id_among_the_slices_goes_into_no_bundle(engine: Engine, tmp_path: Path) -> None:
    world = World(engine)
    world.anchor(erasure=(0.9, 50))
    for n in range(25):
        world.outcomes(
            "erasure", "m", slices={"ticket_id": f"T-{n}", "channel": "email" if n % 2 else "phone"}
        )
    world.evaluate()
    (incident,) = StatusStore(engine).incidents()
    case = desk(world).case(incident)
    assert case.members[0].attributes == ("channel",)
    reporting.bundle(tmp_path / "case", case, analyze(case))
    assert b"T-7" not in b"".join(path.read_bytes() for path in (tmp_path / "case").iterdir())


def test_trouble_with_one_incident_keeps_no_other_unexplained_and_is_tried_again(
    engine: Engine, tmp_path: Path
) -> None:
    world = broken(engine)
    world.anchor(Model("other", "1", "prod"), export=(0.9, 50))
    world.outcomes("export", "m" * 30, model=Model("other", "1", "prod"))
    world.evaluate()
    (tmp_path / "file").write_text("")
    stuck = desk(world, tmp_path / "file" / "reports")
    assert stuck.explain_new() == []
    mended = desk(world, tmp_path / "reports")
    assert len(mended.explain_new()) == 2
    assert len(list((tmp_path / "reports").iterdir())) == 6


def test_tickets_beyond_what_is_listed_still_count(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis_store, "MOST", 40)
    monkeypatch.setattr(analysis_store, "CHUNK", 7)
    found = member(broken(engine))
    assert (found.labelled, found.left_out) == (40, 50)
    assert found.since_release is not None
    assert found.since_release.value == pytest.approx(50 / 90)
    assert "50 older tickets only count in the recall since the release" in shown.causes(found)


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


def test_json_can_be_asked_for_beside_a_bundle_and_not_beside_files(at_home: World) -> None:
    assert at_home.engine is not None
    done = run("analyze", "1", "--bundle", "case", "--json")
    assert json.loads(done.stdout)["incident"] == 1
    assert str(Path("case") / "case.json") in done.stderr
    refused = run("analyze", "1", "--output", "out", "--json").exception
    assert str(refused) == "--output writes JSON too; leave --json out"


def test_a_bundle_with_a_broken_table_is_refused_in_words(at_home: World) -> None:
    assert at_home.engine is not None
    run("analyze", "1", "--bundle", "case")
    file = Path("case") / "tickets.parquet"
    pq.write_table(pq.read_table(file).drop_columns(["hit"]), file)
    with pytest.raises(ConfigError, match=r"case is no bundle that .* wrote: KeyError: 'hit'"):
        reporting.replay(Path("case"))


def test_the_last_bits_of_a_number_are_not_told() -> None:
    assert as_json({"a": 0.700040488847888, "b": 1 / 3}) == as_json(
        {"a": 0.7000404888478879, "b": 1 / 3 + 1e-16}
    )


def test_names_from_events_can_bring_no_markup(engine: Engine) -> None:
    world = World(engine)
    world.anchor(TICKETS, **{"<b>x": (0.9, 50)})
    world.outcomes("<b>x", "m" * 30, slices={"<i>y": "`|"})
    world.evaluate()
    found = analysed(world)
    assert "<b>x" not in shown.html(found)
    assert "\\<b\\>x" in shown.markdown(found)
