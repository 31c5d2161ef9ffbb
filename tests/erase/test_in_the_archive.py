"""An erasure reaches the archive: what a person's rows lay in is written anew, and nothing of them comes back."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from connectors.lake.archive import Archive
from connectors.sql.erasure import ErasureStore
from monitor.app.archiving import archive_due, check_archive
from monitor.app.erasing import erase
from monitor.app.stores import Stores
from monitor.archive.archive import archive
from monitor.archive.ports import ArchiveKind
from monitor.domain.events.subjects import subject_hash
from monitor.erase.ports import ArchiveReceipt
from monitor.settings.settings import Settings
from monitor.settings.storage import Privacy, Retention
from reports.tables.erasure import receipt_view
from tests.lakes import Archiving, Meddled
from tests.stored import NOON, SHADOW, counts, label, prediction, store, take, take_in

P, L = ArchiveKind.PREDICTIONS, ArchiveKind.LABELS
ANN, BOB, KEY = "ann@example.org", "bob@example.org", "pepper"


class Watched:
    """Predictions of Ann and of Bob, over two days, with labels; and the archive they are written into."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.at = Archiving(engine, folder)
        self.folder = folder / "archive"
        self.stores = Stores(
            Settings(privacy=Privacy(subject_key=KEY), retention=Retention(archive=self.at.url)), engine
        )
        writer = store(engine)
        for name, subject, hours in (("a1", ANN, 0), ("b1", BOB, 1), ("a2", ANN, 24), ("b2", BOB, 25)):
            made = prediction(name, hours=hours)
            with writer.transaction(NOON) as transaction:
                take_in(transaction, made, label(name))
                transaction.note_subjects({made.key: subject_hash(subject, KEY)})

    def archive(self) -> None:
        archive_due(self.stores, NOON + timedelta(days=9))

    def erase(self, *ids: str, subject: str | None = None) -> ArchiveReceipt:
        receipt = erase(self.stores, ids, subject).archive
        assert receipt is not None
        return receipt

    def archived(self) -> tuple[list[str], list[str]]:
        """The ids of the predictions in the archive, and of the labels."""
        return self.at.ids(P), self.at.ids(L)

    def bytes(self) -> bytes:
        """All that lies in the archive's folder."""
        return b"".join(path.read_bytes() for path in self.folder.rglob("*") if path.is_file())


BOBS = (["b1", "b2"], ["label-b1", "label-b2"])
ALL = (["a1", "a2", *BOBS[0]], ["label-a1", "label-a2", *BOBS[1]])


@pytest.fixture
def watched(engine: Engine, tmp_path: Path) -> Watched:
    return Watched(engine, tmp_path)


def test_a_persons_rows_go_and_the_receipt_names_the_files(watched: Watched) -> None:
    watched.archive()
    before = {file.path for kind in ArchiveKind for file in Archive(watched.at.url).files(kind)}
    receipt = watched.erase(subject=ANN)
    assert watched.archived() == BOBS
    assert [(file.path in before, file.rows) for file in receipt.files] == [(True, 1), (True, 1), (True, 2)]
    assert {file.now for file in receipt.files} == {
        file.path for kind in ArchiveKind for file in Archive(watched.at.url).files(kind)
    }
    assert receipt.problem is None
    assert check_archive(watched.at.url).problems == []
    assert not before & {
        path.relative_to(watched.folder).as_posix() for path in watched.folder.rglob("*.parquet")
    }


def test_no_byte_of_them_is_left_in_the_folder(watched: Watched) -> None:
    watched.archive()
    assert subject_hash(ANN, KEY).encode() in watched.bytes()
    watched.erase(subject=ANN)
    assert subject_hash(ANN, KEY).encode() not in watched.bytes()
    assert subject_hash(BOB, KEY).encode() in watched.bytes()


def test_what_retention_has_dropped_is_erased_too(watched: Watched) -> None:
    take(store(watched.at.engine), prediction("bare", model=SHADOW))
    watched.archive()
    assert watched.at.drop(99) == 5
    watched.erase("bare", subject=ANN)
    assert watched.archived() == BOBS
    assert counts(watched.at.engine, "erased") == {"erased": 3}, "also those that only the archive had"


def test_a_file_with_nothing_else_is_gone(watched: Watched) -> None:
    take(store(watched.at.engine), prediction("alone", hours=-240))
    watched.archive()
    (file,) = watched.erase("alone").files
    assert (file.rows, file.now) == (1, None)
    assert watched.archived() == ALL
    assert not (watched.folder / file.path).exists()


def test_what_is_erased_is_never_archived_later(watched: Watched) -> None:
    watched.erase(subject=ANN)
    watched.archive()
    assert watched.archived() == BOBS


def test_what_is_erased_while_it_is_archived_is_not_archived(watched: Watched) -> None:
    meddled = Meddled(watched.at.engine, lambda: watched.erase(subject=ANN))
    archive(meddled, watched.at.files(), NOON + timedelta(days=9))
    assert watched.archived() == BOBS
    assert subject_hash(ANN, KEY).encode() not in watched.bytes()


def test_what_a_killed_writing_left_goes_with_an_erasure(watched: Watched) -> None:
    watched.archive()
    state = watched.at.files().state(watched.at.store.settled())
    due = watched.at.files()
    due.keep(P, [[watched.at.rows(P)[0][name]] for name in state.files[-1].columns])
    (left,) = due.write(watched.at.store.generation(0) + 1)
    watched.erase(subject=ANN)
    assert not (watched.folder / left.path).exists()
    assert watched.archived() == BOBS


def test_an_archive_out_of_reach_is_told_and_the_same_erasure_again_completes_it(watched: Watched) -> None:
    watched.archive()
    watched.at.drop(99)
    away = watched.folder.rename(watched.folder.with_name("away"))
    watched.folder.write_text("no folder")
    receipt = watched.erase(subject=ANN)
    assert receipt.files == []
    assert receipt.problem is not None
    assert counts(watched.at.engine, "subject")["subject"] == 2

    watched.folder.unlink()
    away.rename(watched.folder)
    assert watched.archived() == ALL
    assert len(watched.erase(subject=ANN).files) == 3
    assert watched.archived() == BOBS


def test_another_erasure_completes_it_as_well_by_hashes_alone(watched: Watched) -> None:
    """A label may be archived while its prediction, which alone knew the person, is in the database still."""
    archive_due(watched.stores, NOON - timedelta(days=1))
    assert watched.archived() == ([], ALL[1])
    away = watched.folder.rename(watched.folder.with_name("away"))
    watched.folder.write_text("no folder")
    assert watched.erase(subject=ANN).problem is not None
    watched.folder.unlink()
    away.rename(watched.folder)

    watched.erase("somebody else's")
    assert watched.archived() == ([], BOBS[1])


def test_who_was_erased_before_keeps_what_was_predicted_since(watched: Watched) -> None:
    ErasureStore(watched.at.engine).erase([], subject_hash(BOB, KEY), NOON - timedelta(days=30))
    made = prediction("b3", hours=2)
    with store(watched.at.engine).transaction(NOON) as transaction:
        take_in(transaction, made)
        transaction.note_subjects({made.key: subject_hash(BOB, KEY)})
    watched.archive()
    watched.erase(subject=ANN)
    assert watched.archived() == (["b3"], [])


def test_a_damaged_file_is_not_laundered(watched: Watched) -> None:
    watched.archive()
    (file, *_) = Archive(watched.at.url).files(L)
    path = watched.folder / file.path
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.write_bytes(content)
    receipt = watched.erase(subject=ANN)
    assert receipt.problem is not None
    assert file.path in receipt.problem
    assert path.read_bytes() == content


def test_where_there_is_no_archive_yet_nothing_is_told_of_one_being_missed(watched: Watched) -> None:
    assert watched.erase(subject=ANN) == ArchiveReceipt(watched.at.url, [])
    shutil.rmtree(watched.folder, ignore_errors=True)


def test_the_receipt_says_it_in_words(watched: Watched) -> None:
    watched.archive()
    view = receipt_view(erase(watched.stores, ["a1"], None))
    words = [line for block in view.blocks for line in (*block.lines, *block.bullets)]
    assert ": 1 in the database, 1 in the archive, 1 of them in both" in words[0]
    assert any("2 files went that held rows of them" in line for line in words)
    assert [line for line in words if " of predictions, " in line or " of labels, " in line] == [
        "1 row of predictions, of 2026-11-20",
        "1 row of labels, of 2026-11-20",
    ]
    assert ".parquet" not in " ".join(words)


def test_each_prediction_counts_once_wherever_it_lay(watched: Watched) -> None:
    """Of four the archive has three; the database two predictions, and the outcomes of two that it dropped."""
    watched.archive()
    assert watched.at.drop(11) == 2
    take(store(watched.at.engine), prediction("waiting", hours=400))
    receipt = erase(watched.stores, ["waiting", "b1"], ANN)
    assert receipt.archive is not None
    assert (receipt.predictions, receipt.in_database, receipt.archive.predictions) == (4, 4, 3)
    assert receipt_view(receipt).blocks[0].lines[0].startswith("erased 4 predictions at ")
    assert receipt.removed["predictions"] == 2


def test_what_lay_in_the_archive_alone_is_counted(watched: Watched) -> None:
    take(store(watched.at.engine), prediction("bare", model=SHADOW))
    watched.archive()
    watched.at.drop(99)
    receipt = erase(watched.stores, ["bare"], None)
    assert (receipt.predictions, receipt.in_database) == (1, 0)
    assert ": 0 in the database, 1 in the archive" in receipt_view(receipt).blocks[0].lines[0]
