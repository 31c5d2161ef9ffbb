"""The anchor audit: from files to grades, kept with the anchor and quoted by the next page.

Slow are those that tell texts apart: each p-value is of 200 permutations. The same texts give the same answer
(tests/domain/text/test_fingerprint.py), so the same two sets are told apart once.
"""

import csv
import json
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from connectors.files.tickets import read_tickets
from connectors.sql.anchors import AnchorStore
from connectors.sql.review.incidents import IncidentRecords
from monitor.anchors import anchoring
from monitor.cli.main import cli
from monitor.domain.anchors import audit as auditing
from monitor.domain.anchors import generated
from monitor.domain.anchors.audit import audit
from monitor.domain.anchors.generated import Likeness, compare_generated
from monitor.domain.anchors.grade import Grade, Graded
from monitor.domain.anchors.texts import GENERATED, REAL, LabelledText, ReferenceTexts
from monitor.domain.text.fingerprint import tell_apart
from monitor.errors import ConfigError
from reports.words import caveats
from reports.words.grades import sentence
from tests.described import anchored
from tests.described import live as in_production
from tests.domain.text.writers import generator, people
from tests.worlds import World

ERASURE = "erasure"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def told_apart() -> Callable[..., Any]:
    return cache(tell_apart)


@pytest.fixture(autouse=True)
def _once(told_apart: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def tell_apart(left: Sequence[str], right: Sequence[str]) -> Any:  # noqa: ANN401
        return told_apart(tuple(left), tuple(right))

    for module in (auditing, generated):
        monkeypatch.setattr(module, "tell_apart", tell_apart)


def real(texts: list[str], intent: str = ERASURE, *, hit: bool | None = None) -> list[LabelledText]:
    return [LabelledText(text, intent, REAL, hit) for text in texts]


def made(texts: list[str], intent: str = ERASURE, *, hit: bool | None = None) -> list[LabelledText]:
    return [LabelledText(text, intent, GENERATED, hit) for text in texts]


def run(*words: str) -> Any:  # noqa: ANN401
    return CliRunner().invoke(cli, ["anchor", *words])


def write(name: str, rows: list[LabelledText], predicted: str = "") -> str:
    with Path(name).open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["text", "y_true", "y_pred", "origin"])
        table.writerows([row.text, row.intent, predicted or row.intent, row.origin] for row in rows)
    return name


@pytest.mark.slow
def test_an_anchor_that_the_generator_wrote_is_untrusted_and_one_of_real_tickets_is_not() -> None:
    sources = ReferenceTexts(
        production=real(people(60, 1)), training=made(generator(60, 2)) + real(people(40, 3)), real=None
    )
    mixed = (
        made(generator(40, 4), hit=True)
        + real(people(4, 5), hit=True)[:2]
        + real(people(4, 6), hit=False)[:2]
    )
    (result,) = audit(mixed, sources)
    assert result.graded.grade is Grade.UNTRUSTED
    assert (
        sentence(result.graded.reasons[0])
        == "91 % of its examples are generated; on its 4 real ones recall is 0.50"
    )
    assert (result.evidence.support, result.evidence.generated, result.evidence.recall) == (
        44,
        40,
        42 / 44,
    )
    assert result.evidence.production is not None
    assert result.evidence.production.auc > 0.9
    assert not result.evidence.pooled
    (good,) = audit(real(people(60, 7)), ReferenceTexts(production=sources.production))
    assert good.evidence.production is not None
    assert good.evidence.production.low < 0.7
    assert good.graded.grade is not Grade.UNTRUSTED


@pytest.mark.slow
def test_with_too_few_tickets_of_an_intent_all_that_the_generator_wrote_are_compared_together() -> None:
    others = [f"intent_{i}" for i in range(3)]
    anchor = [row for i, name in enumerate(others) for row in made(generator(30, i), name)]
    live = [row for i, name in enumerate(others) for row in real(people(6, 10 + i), name)]
    audits = audit(anchor, ReferenceTexts(production=live), others[:1])
    assert [result.intent for result in audits] == others[:1]
    assert audits[0].evidence.pooled
    assert audits[0].evidence.production is not None
    assert audits[0].evidence.production.right == 18


def test_a_leak_is_found_under_whatever_intent_it_is_trained() -> None:
    letters = np.random.default_rng(1).choice(list("abcdefghijklmno "), (40, 60))
    anchor = real(["".join(row) for row in letters])
    training = real([row.text.upper() for row in anchor[:6]], "something_else")
    (result,) = audit(anchor, ReferenceTexts(training=training))
    assert result.evidence.leaked == 6
    assert result.graded.grade is Grade.UNTRUSTED
    (few,) = audit(anchor, ReferenceTexts(training=training[:4]))
    assert few.graded.grade is Grade.SOFT  # 4 of 40 may be chance: from 3.5 % on


def test_what_live_tickets_repeat_of_the_training_set_as_well_is_no_leak() -> None:
    letters = np.random.default_rng(1).choice(list("abcdefghijklmno "), (160, 60))
    own = real(["".join(row) for row in letters])
    often = real(["please cancel my order"])
    anchor, training = own[:30] + often * 10, own[30:90] + often
    (result,) = audit(anchor, ReferenceTexts(production=own[90:150] + often * 20, training=training))

    seen = result.evidence
    assert (seen.leaked, seen.live, seen.live_leaked, seen.repeated) == (10, 80, 20, 10)
    assert seen.usual_share == 0.25
    assert sentence(result.graded.reasons[0]) == (
        "10 of its 40 examples (25 %) are nearly in the training set; 25 % is usual"
    )
    assert result.graded.grade is not Grade.UNTRUSTED
    (unlike,) = audit(anchor, ReferenceTexts(production=own[90:160], training=training))
    assert unlike.graded.grade is Grade.UNTRUSTED
    (alone,) = audit(anchor, ReferenceTexts(training=training))
    assert (alone.evidence.usual_share, alone.graded.grade) == (0.25, Grade.SOFT)


@pytest.mark.slow
def test_a_generated_set_with_the_generators_habits_is_fabrication_and_one_like_the_real_is_simulation() -> (
    None
):
    assert compare_generated(made(generator(60, 1)), real(people(60, 2))).verdict is Likeness.FABRICATION
    alike = compare_generated(made(people(60, 1)), real(people(60, 2)))
    assert alike.verdict is Likeness.SIMULATION
    assert compare_generated(made(people(5, 1)), real(people(60, 2))).verdict is Likeness.TOO_FEW
    copied = compare_generated(made(["please delete my account"] * 3), real(["please delete my account!"]))
    assert (copied.copies, copied.echoes) == (3, 3)


@pytest.mark.slow
def test_the_command_tells_grades_and_reasons_and_exits_with_1_where_one_is_untrusted() -> None:
    anchor = write("anchor.csv", made(generator(40, 4)))
    live = write("live.csv", real(people(60, 1), "other"), predicted=ERASURE)
    done = run("audit", anchor, "--production", live)
    assert done.exit_code == 1, done.output
    assert "erasure is untrusted: its examples look unlike production: AUC 1.00" in done.stdout
    assert "the anchor against production: " in done.stdout
    (printed,) = json.loads(run("audit", anchor, "--production", live, "--json").stdout)
    assert (printed["grade"], printed["generated"], printed["production"]["right"]) == ("untrusted", 40, 60)
    assert run("audit", live).exit_code == 0
    wrong = run("audit", anchor, "--intents", "nothing").exception
    assert str(wrong) == "--intents: nothing is not in anchor.csv; correct the list"


@pytest.mark.slow
def test_compare_generated_tells_descriptor_by_descriptor() -> None:
    done = run(
        "compare-generated", write("made.csv", made(generator(40, 1))), write("real.csv", real(people(40, 2)))
    )
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("fabrication: a classifier tells it from real text nearly always\n")
    assert done.stdout.splitlines()[3].split() == ["descriptor", "generated", "real", "AUC"]


def test_a_file_without_text_or_with_an_unknown_origin_is_refused_with_every_place() -> None:
    Path("a.csv").write_text("y_true\nx\n")
    with pytest.raises(ConfigError, match=r"column text: missing"):
        read_tickets(Path("a.csv"))
    Path("b.csv").write_text("text,intent,origin\nhi,x,martian\nho,y,real\n")
    with pytest.raises(ConfigError, match=r"line 2, column origin: unknown origin 'martian'"):
        read_tickets(Path("b.csv"))


def test_the_grade_is_kept_with_the_anchor_and_the_page_quotes_it(engine: Engine) -> None:
    world = World(engine)
    world.anchor(erasure=(0.88, 38))
    store = AnchorStore(engine)
    (listed,) = store.all()
    store.keep_grades(
        listed.anchor, {ERASURE: Graded(Grade.UNTRUSTED, ["96 % of its examples are generated"])}
    )
    world.outcomes(ERASURE, "m" * 20)
    world.evaluate()
    (incident,) = IncidentRecords(engine).all()
    assert (
        caveats.sentence(incident.members[0].caveats[0])
        == "offline 0.88 is untrusted: 96 % of its examples are generated"
    )


def test_grades_of_another_file_are_not_kept(engine: Engine) -> None:
    world = World(engine)
    world.anchor(erasure=(0.88, 38))
    store = AnchorStore(engine)
    (listed,) = store.all()
    audits = audit(real(people(40, 1)), ReferenceTexts())
    with pytest.raises(ConfigError, match=r"erasure: the file has 40 examples, anchor [0-9a-f]{12} has 38"):
        anchoring.keep_grades(store, listed.anchor, audits)


@pytest.mark.slow
def test_an_audit_holds_the_worksheet_against_what_it_measured(tmp_path: Path) -> None:
    sheet = (Path(__file__).parents[2] / "config" / "worksheet.example.yaml").read_text()
    (tmp_path / "sheet.yaml").write_text(sheet.replace("[gdpr_erasure, data_export_request]", "[erasure]"))
    anchor = write("anchor.csv", made(generator(40, 4)) + real(people(5, 5)))
    live = write("live.csv", real(people(60, 1), "other"), predicted=ERASURE)
    done = run("audit", anchor, "--production", live, "--worksheet", "sheet.yaml")
    assert (
        "worksheet sheet.yaml: erasure: the file claims 40 real examples held aside, the anchor was measured"
        in (done.stdout)
    )
    assert "the file says that real tickets are characterised, but the anchor is untrusted" in done.stdout
    (printed,) = json.loads(run("audit", anchor, "--worksheet", "sheet.yaml", "--json").stdout)
    assert {flag["where"] for flag in printed["worksheets"]["sheet.yaml"]} >= {"erasure"}
    (tmp_path / "other.yaml").write_text(sheet)
    other = run("audit", anchor, "--production", live, "--worksheet", "other.yaml")
    assert "worksheet other.yaml" not in other.stdout


@pytest.mark.slow
def test_an_audit_of_the_database_needs_no_file_and_keeps_the_grades(
    sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANCHORWATCH_DATABASE__URL", str(sqlite_engine.url))
    anchored(sqlite_engine, generator(60, 1), "synthetic")
    in_production(sqlite_engine, people(60, 2))
    done = run("audit")
    assert done.exit_code == 1, done.output
    assert "erasure is untrusted: 100 % of its examples are generated" in done.stdout
    (listed,) = AnchorStore(sqlite_engine).all()
    assert listed.anchor.promises["erasure", ""].grade == "untrusted"
    wrong = run("audit", "--intents", "nothing").exception
    assert str(wrong) == (
        f"--intents: anchor {listed.anchor.id[:12]} never measured nothing; correct the list"
    )


def test_an_audit_without_a_file_needs_one_active_anchor(
    sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANCHORWATCH_DATABASE__URL", str(sqlite_engine.url))
    assert str(run("audit").exception) == (
        "0 anchors are active; name one with --anchor, or give a file of examples"
    )
