"""`anchorwatch incident analyze` and `replay`: printed, written, bundled, and reproduced elsewhere to the byte."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sqlalchemy import Engine

from connectors.sql.review.incidents import IncidentRecords
from monitor.app import bundles
from monitor.domain.analysis.analysis import analyze
from monitor.errors import ConfigError
from tests.review.broken_channel import TERSE, broken, desk, run
from tests.worlds import World


@pytest.fixture
def at_home(sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A broken intent in the database that the commands find."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANCHORWATCH_DATABASE__URL", str(sqlite_engine.url))
    return broken(sqlite_engine)


def test_an_id_among_the_slices_goes_into_no_bundle(engine: Engine, tmp_path: Path) -> None:
    world = World(engine)
    world.anchor(erasure=(0.9, 50))
    for n in range(25):
        world.outcomes(
            "erasure", "m", slices={"ticket_id": f"T-{n}", "channel": "email" if n % 2 else "phone"}
        )
    world.evaluate()
    (incident,) = IncidentRecords(engine).all()
    case = desk(world).case(incident)
    assert case.members[0].attributes == ("channel",)
    bundles.write(tmp_path / "case", case, analyze(case))
    assert b"T-7" not in b"".join(path.read_bytes() for path in (tmp_path / "case").iterdir())


@pytest.mark.usefixtures("at_home")
def test_a_bundle_gives_the_same_numbers_where_there_is_no_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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
    everything = b"".join(path.read_bytes() for path in Path("case").iterdir())
    assert TERSE.encode() not in everything
    assert b"p1" not in Path("case/case.json").read_bytes()


@pytest.mark.usefixtures("at_home")
def test_what_people_read_names_ten_missed_tickets_and_what_programs_keep_names_none() -> None:
    shown = run("analyze", "1").output
    assert "missed tickets, the newest" in shown
    assert "all of them: anchorwatch incident tickets 1" in shown
    run("analyze", "1", "--output", "out")
    missed = [each["prediction_id"] for each in json.loads(run("tickets", "1", "--json").output)]
    texts = {path.suffix: path.read_text() for path in Path("out").iterdir()}
    named = {suffix: [id_ for id_ in missed if id_ in text] for suffix, text in texts.items()}
    assert len(missed) > 10
    assert (len(named[".md"]), named[".json"]) == (10, [])


@pytest.mark.usefixtures("at_home")
def test_a_bundle_that_was_changed_is_reported() -> None:
    run("analyze", "1", "--bundle", "case")
    case = Path("case/case.json")
    case.write_text(re.sub(r'"floor": 0\.\d', '"floor": 0.7', case.read_text()))
    done = run("replay", "case")
    assert done.exit_code == 1
    assert "the numbers are not those that lie in the bundle" in done.stderr


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["analyze", "7"], "there is no incident 7"),
        (["analyze", "1", "--as-opened"], "incident 1 was not analyzed when it was opened"),
        (["analyze", "1", "--as-opened", "--bundle", "b"], "--as-opened: a bundle holds what is known now"),
        (["replay", "nowhere"], "nowhere is no bundle that `anchorwatch incident analyze --bundle` wrote"),
    ],
)
def test_what_cannot_be_done_is_reported_with_what_to_do(words: Sequence[str], problem: str) -> None:
    refused = run(*words).exception
    assert isinstance(refused, ConfigError)
    assert str(refused).startswith(problem)


@pytest.mark.usefixtures("at_home")
def test_a_bundle_of_another_format_is_refused() -> None:
    run("analyze", "1", "--bundle", "case")
    case = Path("case/case.json")
    case.write_text(case.read_text().replace("anchorwatch/case/1", "anchorwatch/case/9"))
    with pytest.raises(ConfigError, match="has the format 'anchorwatch/case/9', this version reads"):
        bundles.replay(Path("case"))


@pytest.mark.usefixtures("at_home")
def test_the_command_prints_words_exact_json_and_files() -> None:
    words = run("analyze", "1")
    assert (words.exit_code, "channel=email: 40 of 50 missed" in words.stdout) == (0, True)
    assert "Was the real tail (short, misspelt, forwarded tickets) kept in training" in words.stdout
    printed = json.loads(run("analyze", "1", "--json").stdout)
    (erasure,) = printed["members"]
    assert (erasure["labelled"], erasure["missed"], erasure["causes"][0]["kind"]) == (90, 40, "new")
    done = run("analyze", "1", "--output", "out")
    assert done.stdout.split() == [str(Path("out") / f"incident-1.{kind}") for kind in ("html", "md", "json")]


@pytest.mark.usefixtures("at_home")
def test_json_can_be_asked_for_beside_a_bundle_and_not_beside_files() -> None:
    done = run("analyze", "1", "--bundle", "case", "--json")
    assert json.loads(done.stdout)["incident"] == 1
    assert str(Path("case") / "case.json") in done.stderr
    refused = run("analyze", "1", "--output", "out", "--json").exception
    assert str(refused) == "--output writes JSON too; leave --json out"


@pytest.mark.usefixtures("at_home")
def test_a_bundle_with_a_broken_table_is_refused_in_words() -> None:
    run("analyze", "1", "--bundle", "case")
    file = Path("case") / "tickets.parquet"
    pq.write_table(pq.read_table(file).drop_columns(["hit"]), file)
    with pytest.raises(ConfigError, match=r"case is no bundle that .* wrote: KeyError: 'hit'"):
        bundles.replay(Path("case"))
