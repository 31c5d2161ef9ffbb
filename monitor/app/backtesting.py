"""Settings tried on the past, that of the database or that of files. Nothing is written to it, nothing is sent."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from connectors.files.opening import named
from connectors.sql.database import open_engine
from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.migrate import upgrade
from connectors.sql.review.history import StoredHistory
from monitor.app import sources
from monitor.app.agent import drain
from monitor.app.anchors import import_file
from monitor.app.stores import Stores, open_stores
from monitor.app.wiring import open_app
from monitor.domain.backtest.pages import Backtest, beside
from monitor.domain.events.archive_reach import ArchiveReach
from monitor.domain.events.types import Model
from monitor.evaluate.evaluate import Evaluate
from monitor.evaluate.evaluation import Evaluation
from monitor.review.backtest import backtest
from monitor.review.ports.history import History
from monitor.settings.settings import Settings
from monitor.settings.sinks import TerminalSettings

if TYPE_CHECKING:
    from connectors.lake.outcomes import Lake


class PastInFiles(NamedTuple):
    """Files of events, and the offline numbers of the model in them."""

    events: Sequence[str]
    anchor: Path
    model: Model


class PastInArchive(NamedTuple):
    """An archive, read by an `engine` (`engine_of`). Models are held to what the database says, or to an `anchor`."""

    archive: str
    engine: str
    anchor: Path | None = None
    model: Model | None = None


class Trial(NamedTuple):
    """What is tried, and how hard.

    From `since` on, or all there is. `onset` is when it broke, where that is known. `compare`: beside it what there
    would be without groups, by groups alone, by our rule of before, and by the rules that people use today.
    `histories` healthy ones are drawn for each watched cell; `seed` gives other draws.
    """

    since: datetime | None = None
    onset: datetime | None = None
    compare: bool = False
    histories: int = 200
    seed: int = 1


def run(
    settings: Settings,
    past: PastInFiles | PastInArchive | None,
    trial: Trial,
    on_begin: Callable[[int], None],
    on_day: Callable[[int], None],
) -> Backtest:
    """Which pages `settings` would have sent. `on_begin` and `on_day` are given how many outcomes there are.

    Raises:
        ConfigError: a file can't be read.
        UnavailableError: the database is out of reach.
    """
    twice = trial.compare and settings.judge.groups_share > 0
    reach = _reach(past)
    with _open(settings, past) as stores, _lake(settings, past) as lake:
        with replaying(stores, settings, trial.since, lake) as (history, _):
            on_begin(len(history) * (2 if twice else 1))
        done = _replayed(stores, settings, trial, on_day, lake)
        if twice:
            judge = settings.judge.model_copy(update={"groups_share": 0.0})
            alone = settings.model_copy(update={"judge": judge})
            done = beside(done, _replayed(stores, alone, trial._replace(compare=False), on_day, lake))
        return msgspec.structs.replace(done, archive=reach)


def _replayed(
    stores: Stores, settings: Settings, trial: Trial, on_day: Callable[[int], None], lake: "Lake | None"
) -> Backtest:
    with replaying(stores, settings, trial.since, lake) as (history, judge):
        return backtest(
            history,
            judge,
            onset=trial.onset,
            settings=settings,
            compare=trial.compare,
            streams=trial.histories,
            seed=trial.seed,
            on_day=on_day,
        )


@contextmanager
def replaying(
    stores: Stores, settings: Settings, since: datetime | None, lake: "Lake | None" = None
) -> Iterator[tuple[History, Callable[[datetime], Evaluation]]]:
    """The history in a database or a lake, and the evaluation that `settings` make of it, in a scratch of their own.

    Where it comes from is only read. What would be sent is kept, never sent.
    """
    with TemporaryDirectory(prefix="anchorwatch-backtest-") as folder:
        engine = open_engine(f"sqlite:///{folder}/scratch.db")
        try:
            upgrade(engine)
            quiet = TerminalSettings(kind="terminal", name="backtest")
            models = tuple(each.model_copy(update={"routes": ()}) for each in settings.models)
            changes = {"sinks": (quiet,), "routes": (), "models": models, "quiet_hours": None}
            evaluate = Evaluate(EvaluationStore(engine), settings.model_copy(update=changes))
            history: History = StoredHistory(stores.engine, engine, since)
            if lake is not None:
                from connectors.lake.history import LakeHistory

                history = LakeHistory(lake, stores.engine, engine, settings.limits.intents, since)
            yield history, lambda at: evaluate(lambda _: at)
        finally:
            engine.dispose()


def _reach(past: PastInFiles | PastInArchive | None) -> ArchiveReach | None:
    """How far an archive reaches, where it is the past."""
    if not isinstance(past, PastInArchive):
        return None
    from monitor.app.archive_reach import archive_reach

    return archive_reach(past.archive)


@contextmanager
def _lake(settings: Settings, past: PastInFiles | PastInArchive | None) -> "Iterator[Lake | None]":
    if not isinstance(past, PastInArchive):
        yield None
        return
    from monitor.app.lakes import opened_lake

    with opened_lake(settings, past.archive, past.engine) as lake:
        yield lake


@contextmanager
def _open(settings: Settings, past: PastInFiles | PastInArchive | None) -> Iterator[Stores]:
    """The configured database; or, with files, one of its own that holds what is in them."""
    if past is None or past.anchor is None or past.model is None:
        with closing(open_stores(settings)) as stores:
            yield stores
        return
    with TemporaryDirectory(prefix="anchorwatch-backtest-") as folder:
        scratch = {"database": {"url": f"sqlite:///{folder}/input.db"}}
        with closing(open_app(type(settings).model_validate({**dict(settings), **scratch}))) as app:
            if isinstance(past, PastInFiles):
                source, letters = sources.files(named(past.events), None)
                with closing(source):
                    drain(app, source, letters)
            import_file(app, past.anchor, past.model, activated_by="backtest")
            yield app
