"""Whoever archives is killed at each of its steps, and runs again: every row lies in the archive exactly once."""

import shutil
import signal
from pathlib import Path

import pytest
from sqlalchemy import Engine

from connectors.lake.archive import Archive
from connectors.lake.manifest import MANIFEST
from connectors.sql.database import open_engine
from monitor.app.archiving import check_archive
from monitor.archive.ports import ArchiveKind
from tests.contract.archiver import archive_until_killed
from tests.lakes import Archiving
from tests.services.forked import CONTEXT
from tests.stored import label, prediction, rows, store, take

pytestmark = pytest.mark.slow

P, L = ArchiveKind.PREDICTIONS, ArchiveKind.LABELS
OLD = [f"p{n:02}" for n in range(14)]
YOUNG = ["y0", "y1"]
LABELS = sorted(f"label-{name}" for name in (*OLD[:7], "y0", "stub"))


def filled(engine: Engine) -> None:
    """Predictions of three days, two that are not due; labels of half of them, and one of nothing."""
    old = [prediction(name, hours=-24 * (n % 3)) for n, name in enumerate(OLD)]
    take(
        store(engine),
        *old,
        *(prediction(name, hours=99) for name in YOUNG),
        *(label(name) for name in (*OLD[:7], "y0", "stub")),
    )


def killed_at(engine: Engine, folder: Path, step: int) -> bool:
    """Whether an archiving came to be killed at this step, and did not end before."""
    url = engine.url.render_as_string(hide_password=False)
    child = CONTEXT.Process(target=archive_until_killed, args=(url, str(folder), step))
    child.start()
    child.join(60)
    assert child.exitcode in (0, -signal.SIGKILL)
    return child.exitcode != 0


def lost(at: Archiving) -> set[str]:
    """What is neither in the database nor in the archive. No row of the archive may be there twice."""
    begun = Path(
        Archive(at.url).place.root, MANIFEST
    ).exists()  # killed before the first manifest was written
    archived = at.ids() + at.ids(L) if begun else []
    assert len(archived) == len(set(archived))
    here = rows(at.engine, "SELECT prediction_id FROM prediction UNION SELECT label_id FROM label")
    return {*OLD, *YOUNG, *LABELS} - set(archived) - {name for (name,) in here}


def ended(at: Archiving) -> None:
    """Run it once more, to its end, and see that all is where it belongs."""
    at.run()
    at.drop()
    assert at.ids() == OLD
    assert at.ids(L) == LABELS
    found = check_archive(at.url)
    assert found.problems == []
    listed = {each.file.path for each in found.files}
    root = Path(Archive(at.url).place.root)
    assert {path.relative_to(root).as_posix() for path in root.rglob("*.p*")} == listed
    assert rows(at.engine, "SELECT prediction_id FROM prediction WHERE model_id IS NOT NULL ORDER BY 1") == [
        (name,) for name in YOUNG
    ]


@pytest.mark.parametrize("first", range(4))
def test_killed_at_any_step_it_loses_and_repeats_nothing(
    sqlite_engine: Engine, tmp_path: Path, first: int
) -> None:
    filled(sqlite_engine)
    sqlite_engine.dispose()
    step, killed = first, True
    while killed:
        folder = tmp_path / str(step)
        folder.mkdir()
        shutil.copy(str(sqlite_engine.url.database), folder / "watch.db")
        engine = open_engine(f"sqlite:///{folder / 'watch.db'}")
        killed = killed_at(engine, folder, step)
        at = Archiving(engine, folder)
        assert lost(at) == set(), step
        ended(at)
        engine.dispose()
        step += 4
    assert step > 60


def test_killed_again_and_again_it_comes_to_an_end(engine: Engine, tmp_path: Path) -> None:
    filled(engine)
    at, step = Archiving(engine, tmp_path), 0
    while killed_at(engine, tmp_path, step):
        assert lost(at) == set(), step
        step += 2
    ended(at)
