"""Tickets drawn for labelling from an open database: in the agent when they are due, or when somebody asks."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from connectors.files.tasks.writing import format_by_suffix, suffix_of, write_tasks
from connectors.sql.labels.draws import DrawStore
from connectors.sql.last_runs import LastRuns
from monitor.app.label_plans import wanted as wanted_of
from monitor.app.seldom import Seldom
from monitor.app.stores import Stores
from monitor.domain.events.types import Design
from monitor.domain.judging.service import retired
from monitor.domain.sampling.formats import TaskFormatName
from monitor.errors import ConfigError, NotFoundError
from monitor.labels.drawing import DrawRules, Watched, draw
from monitor.labels.ports.draws import Drawing
from monitor.labels.ports.tasks import LabelTask
from monitor.settings.drawing import DrawSettings


def drawn_seldom(stores: Stores, last_runs: LastRuns, now: Callable[[], datetime]) -> Sequence[Seldom]:
    """The agent's job of drawing, where the configuration has it."""
    rules = stores.settings.labels.draw
    if rules is None:
        return ()
    run = Draws(stores, now).draw_when_due
    return (Seldom("labels.draw", run, timedelta(hours=rules.every_hours), last_runs, now),)


class Draws:
    """Draws tickets, and writes those of a draw into a file, as often as it is asked for."""

    def __init__(self, stores: Stores, now: Callable[[], datetime]) -> None:
        self._stores = stores
        self._draws = DrawStore(stores.engine, stores.settings.labels.out_of_scope)
        self._now = now

    def all(self) -> Sequence[Drawing]:
        """Every draw, the oldest first."""
        return self._draws.drawings()

    def answered(self) -> Mapping[int, int]:
        """How many tickets of each draw people have labelled; a draw of which they labelled none is left out."""
        return self._draws.answered()

    def tasks(self, number: int, *, texts: bool = False) -> Sequence[LabelTask]:
        """The tickets of a draw that are still known.

        Raises:
            NotFoundError: there was no such draw.
        """
        known = [drawing.number for drawing in self.all()]
        if number not in known:
            last = f"the last is {max(known)}" if known else "there was none yet"
            raise NotFoundError([f"there is no draw {number}; {last}"])
        return self._draws.tasks(number, texts=texts)

    def draw(self, per_day: float) -> Drawing:
        """Draw so many tickets a day among the predictions that came since the last draw.

        Where the configuration has draws, from those that wait, by its design; else by predicted class.

        Raises:
            UnavailableError: the database is out of reach; nothing was drawn.
        """
        rules = self._stores.settings.labels.draw
        if rules is None:
            asked = DrawRules(per_day, Design.BY_PREDICTION, queued=False)
        else:
            seed = rules.seed.get_secret_value() if rules.seed is not None else ""
            asked = DrawRules(per_day, rules.design, queued=True, seed=seed)
        return draw(self._draws, asked, self._watched(), self._now())

    def format_of(self, path: Path) -> TaskFormatName:
        """The format for a file of this name: as it ends, else as the configuration says."""
        rules = self._stores.settings.labels.draw
        return format_by_suffix(path) or (rules.format if rules is not None else TaskFormatName.CSV)

    def write(self, number: int, path: Path, as_format: TaskFormatName) -> int:
        """Write the tickets of a draw that are still known into a file; how many.

        Raises:
            ConfigError: there was no such draw, or the file can't be written.
        """
        tasks = self.tasks(number, texts=self._stores.settings.privacy.keep_text)
        write_tasks(path, tasks, as_format)
        self._draws.note_written(number, self._now())
        return len(tasks)

    def draw_when_due(self) -> None:
        """The agent's job: draw, and write the tickets of each draw that is not in a file yet.

        Where it was cut off in between, the next time writes what is owed. Where nothing can be written, nothing is
        drawn.

        Raises:
            ConfigError: the folder can't be made, or a file in it can't be written.
        """
        rules = self._stores.settings.labels.draw
        if rules is None:
            return
        try:
            rules.folder.mkdir(parents=True, exist_ok=True)
        except OSError as err:
            raise ConfigError([f"labels.draw.folder: {rules.folder} can't be made: {err.strerror}"]) from err
        self._write_owed(rules)
        self.draw(rules.per_day)
        self._write_owed(rules)

    def _write_owed(self, rules: DrawSettings) -> None:
        for drawing in self.all():
            if drawing.written_at is None:
                name = f"draw-{drawing.number:06}{suffix_of(rules.format)}"
                self.write(drawing.number, rules.folder / name, rules.format)

    def _watched(self) -> Watched:
        """The watched intents of each model, as they were last judged."""
        wanted = wanted_of(self._stores.status.cells())
        least = self._stores.settings.sampling.min_probability
        return Watched(wanted, lambda _model: least, retired(self._stores.status.services()))
