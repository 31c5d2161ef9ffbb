"""`anchorwatch archive`: what it writes, what it finds, and how it ends."""

import json
from pathlib import Path

import pytest

from connectors.sql.database import open_engine
from connectors.sql.migrate import upgrade
from tests.cli.commanding import command
from tests.stored import NOON, label, prediction, store, take

pytestmark = pytest.mark.slow

CONFIG = "database: {url: 'sqlite:///watch.db'}\nretention: {archive: 'file:archive'}\nsinks: []\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "watch.yaml").write_text(CONFIG)
    engine = open_engine(f"sqlite:///{tmp_path / 'watch.db'}")
    upgrade(engine)
    old = prediction("old", hours=-24 * 400)
    take(store(engine), old, prediction("young"), label("old"))
    engine.dispose()
    return tmp_path


def archive(folder: Path, *words: str) -> tuple[int, str]:
    done = command(["archive", "--config", "watch.yaml", *words], folder)
    return done.returncode, done.stdout + done.stderr


def test_it_writes_what_is_due_and_says_what(folder: Path) -> None:
    code, said = archive(folder)
    assert code == 0
    lines = [line.split() for line in said.splitlines()]
    assert [line[:4] for line in lines if line[-1] == "kB"] == [
        ["predictions", "2025-10-16", "1", "1"],
        ["labels", "2026-11-21", "1", "1"],
    ]
    assert "nothing was due" in archive(folder)[1]


def test_until_takes_what_is_not_due_yet(folder: Path) -> None:
    archive(folder)
    code, said = archive(folder, "--until", str((NOON).date()), "--json")
    assert (code, json.loads(said)["files"]) == (0, [])
    code, said = archive(folder, "--until", "2026-11-21", "--json")
    assert [(file["kind"], file["day"], file["rows"]) for file in json.loads(said)["files"]] == [
        ("predictions", "2026-11-20", 1)
    ]


def test_check_reads_every_file_again(folder: Path) -> None:
    archive(folder)
    code, said = archive(folder, "--check")
    assert code == 0
    assert "every file is there, whole and unchanged" in said
    one, two = sorted((folder / "archive").rglob("*.parquet"))
    one.write_bytes(one.read_bytes()[:-1])
    two.unlink()
    code, said = archive(folder, "--check")
    assert code == 1
    places = [said.index(words) for words in ("2 problems", one.name, two.name, "size")]
    assert places == sorted(places), "what is wrong comes before what there is"
    code, said = archive(folder, "--check", "--json")
    assert code == 1
    assert [len(file["problems"]) for file in json.loads(said)["files"]] == [1, 1]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--until", "yesterday"], "--until yesterday: write a day"),
        (["--until", "2026-11-21", "--check"], "--check writes nothing"),
        (["--forget-before", "2025-11-21", "--check"], "--check writes nothing"),
        (["--forget-before", "2025-11-21", "--until", "2026-11-21"], "--until is for writing"),
        (["--forget-before", "then"], "--forget-before then: write a day"),
        (["--forget-before", "2026-11-21"], "--forget-before 2026-11-21: not after"),
        (["--set", "retention.archive=file:watch.yaml"], "watch.yaml is a file, not a folder"),
        (["--check", "--set", "retention.archive=file:watch.yaml"], "watch.yaml is a file, not a folder"),
        (["--set", "retention.archive=file:/proc/nope"], "cannot be made; name another for the archive"),
        (["--check", "--set", "retention.archive=file:/proc/nope"], "there is no such folder"),
        (["--set", "retention.archive=null"], "retention.archive: not set"),
        (["--set", "retention.archive=s3://key:secret@bucket/x"], "retention.archive: must not hold a key"),
        (["--set", "retention.archive=/data"], "retention.archive: is malformed"),
        (["--set", "retention.archive=file://host/data"], "retention.archive: has a host"),
        (["--check", "--set", "retention.archive=file:nothing"], "there is no such folder"),
    ],
)
def test_what_can_not_be_done_ends_with_2_and_says_why(folder: Path, words: list[str], problem: str) -> None:
    code, said = archive(folder, *words)
    assert code == 2
    assert problem in said


def test_the_days_are_listed_for_who_asks(folder: Path) -> None:
    said = archive(folder, "--until", "2026-11-21", "--days")[1]
    rows = [line.split() for line in said.splitlines()]
    assert [row[1] for row in rows if row[:1] == ["predictions"] and row[2] == "1"] == [
        "2025-10-16",
        "2026-11-20",
    ]
    assert ["predictions", "2025-10-16", "to", "2026-11-20", "2", "2"] in [row[:6] for row in rows]


def test_a_day_to_come_is_cut_at_now(folder: Path) -> None:
    code, said = archive(folder, "--until", "2999-01-01", "--json")
    assert code == 0
    assert json.loads(said)["before"] < "2999"


def test_a_dry_run_says_what_is_due_and_writes_nothing(folder: Path) -> None:
    code, said = archive(folder, "--dry-run", "--json")
    assert code == 0
    assert json.loads(said)["due"] == [
        {"kind": "predictions", "day": "2025-10-16", "rows": 1},
        {"kind": "labels", "day": "2026-11-21", "rows": 1},
    ]
    assert not (folder / "archive").exists()
    assert "nothing was written" in archive(folder, "--dry-run")[1]
    done = json.loads(archive(folder, "--json")[1])["files"]
    assert [(file["kind"], file["day"], file["rows"]) for file in done] == [
        ("labels", "2026-11-21", 1),
        ("predictions", "2025-10-16", 1),
    ]
    assert "nothing is due" in archive(folder, "--dry-run", "--days")[1]


def test_it_forgets_days_and_stays_whole(folder: Path) -> None:
    archive(folder)
    words = ["--forget-before", "2025-10-17"]
    asked = json.loads(archive(folder, *words, "--dry-run", "--json")[1])
    assert (asked["gone"], len(asked["files"])) == (False, 1)
    assert len(list((folder / "archive").rglob("*.parquet"))) == 2
    code, said = archive(folder, *words)
    assert code == 0
    assert "is gone: every day before 2025-10-17" in said
    assert archive(folder, "--check")[0] == 0
    assert [path.parent.name for path in (folder / "archive").rglob("*.parquet")] == ["day=2026-11-21"]
    assert "holds nothing of these days" in archive(folder, *words)[1]


def test_what_the_check_advises_about_a_damaged_file_works(folder: Path) -> None:
    archive(folder)
    next((folder / "archive" / "predictions").rglob("*.parquet")).unlink()
    code, said = archive(folder, "--check")
    assert code == 1
    advised = "anchorwatch archive --forget-before 2025-10-17"
    assert advised in " ".join(said.split())
    assert archive(folder, *advised.split()[2:])[0] == 0
    code, said = archive(folder, "--check")
    assert (code, "1 file with 1 row" in said) == (0, True)


def test_the_doctor_looks_at_it(folder: Path) -> None:
    assert "holds no archive yet" in command(["doctor", "--config", "watch.yaml"], folder).stdout
    archive(folder)
    assert "2 files (not read)" in command(["doctor", "--config", "watch.yaml"], folder).stdout
    (folder / "archive" / "manifest.json").write_text("{")
    assert "manifest.json is cut short" in command(["doctor", "--config", "watch.yaml"], folder).stdout
    (folder / "archive").rename(folder / "not mounted")
    assert "mount the disk or share" in command(["doctor", "--config", "watch.yaml"], folder).stdout


def test_erase_names_the_files_and_ends_with_5_where_the_archive_is_away(folder: Path) -> None:
    archive(folder)
    away = (folder / "archive").rename(folder / "away")
    (folder / "archive").write_text("no folder")
    words = ["erase", "--config", "watch.yaml", "--prediction-id", "old"]
    done = command(words, folder)
    assert done.returncode == 5
    assert "was not reached: it may still hold what was erased" in done.stdout
    (folder / "archive").unlink()
    away.rename(folder / "archive")
    doctor = ["doctor", "--config", "watch.yaml"]
    assert "1 erasures have not reached the archive" in command(doctor, folder).stdout
    done = command(words, folder)
    assert done.returncode == 0
    assert "have not reached" not in command(doctor, folder).stdout
    assert "erased 1 prediction at" in done.stdout
    assert "0 in the database, 1 in the archive" in done.stdout
    assert "0 new files" in done.stdout
    assert list((folder / "archive").rglob("*.parquet")) == []


def test_only_what_the_agents_own_job_failed_at_stands_in_status(folder: Path) -> None:
    blocked = folder / "archive"
    trouble = "the archive could not be written since"

    def status(*words: str) -> str:
        return " ".join(command(["status", "--config", "watch.yaml", *words], folder).stdout.split())

    for words in ("null", "file:watch.yaml"):
        assert archive(folder, "--set", f"retention.archive={words}")[0] == 2
    assert trouble not in status()

    blocked.write_text("no folder")
    command(["run", "--once", "--input", "/dev/null", "--config", "watch.yaml"], folder)
    assert trouble in status()
    assert trouble not in status("--set", "retention.archive=null")
    blocked.unlink()
    archive(folder)
    assert trouble not in status()


def test_that_another_archive_can_be_written_says_nothing_of_the_configured(folder: Path) -> None:
    (folder / "archive").write_text("no folder")
    command(["run", "--once", "--input", "/dev/null", "--config", "watch.yaml"], folder)
    assert archive(folder, "--set", "retention.archive=file:elsewhere")[0] == 0
    assert "the archive could not be written" in command(["status", "--config", "watch.yaml"], folder).stdout


def test_a_run_by_hand_says_in_words_what_it_archived(folder: Path) -> None:
    words = ["run", "--once", "--input", "/dev/null", "--config", "watch.yaml"]
    said = command(words, folder).stderr
    assert "2 rows archived in file:" in said
    assert '"event": "archived"' not in said
