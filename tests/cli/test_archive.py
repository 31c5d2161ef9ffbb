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
    assert ["predictions", "2025-10-16", "1", "1", "0.0"] in lines
    assert ["labels", "2026-11-21", "1", "1", "0.0"] in lines
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
    assert "2 problems" in said
    assert one.name in said
    assert two.name in said
    code, said = archive(folder, "--check", "--json")
    assert code == 1
    assert [len(file["problems"]) for file in json.loads(said)["files"]] == [1, 1]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--until", "yesterday"], "--until yesterday: write a day"),
        (["--until", "2026-11-21", "--check"], "--check writes nothing"),
        (["--set", "retention.archive=null"], "retention.archive: not set"),
        (["--set", "retention.archive=s3://key:secret@bucket/x"], "retention.archive: must not hold a key"),
        (["--set", "retention.archive=/data"], "retention.archive: is malformed"),
        (["--set", "retention.archive=file://host/data"], "retention.archive: has a host"),
        (["--check", "--set", "retention.archive=file:nothing"], "manifest.json is not there"),
    ],
)
def test_what_can_not_be_done_ends_with_2_and_says_why(folder: Path, words: list[str], problem: str) -> None:
    code, said = archive(folder, *words)
    assert code == 2
    assert problem in said


def test_the_doctor_looks_at_it(folder: Path) -> None:
    assert "holds no archive yet" in command(["doctor", "--config", "watch.yaml"], folder).stdout
    archive(folder)
    assert "2 files (not read)" in command(["doctor", "--config", "watch.yaml"], folder).stdout
    (folder / "archive" / "manifest.json").write_text("{")
    assert "manifest.json is cut short" in command(["doctor", "--config", "watch.yaml"], folder).stdout


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
    assert "none is left" in done.stdout
    assert list((folder / "archive").rglob("*.parquet")) == []
