"""`anchorwatch backtest`: try any settings on the past before you trust them."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.app import backtesting
from monitor.app.backtesting import PastInArchive, PastInFiles, Trial
from monitor.cli.common import (
    ArchiveOption,
    ConfigOption,
    EngineOption,
    JsonOption,
    SetOption,
    parsed,
    time_of,
)
from monitor.cli.completed import environment_option, model_option, version_option
from monitor.cli.logs import log_to_stderr
from monitor.cli.problems import engine_named
from monitor.cli.progress import busy, progress
from monitor.cli.show import show
from monitor.domain.events.names import named_model
from monitor.domain.events.types import Model
from monitor.errors import ConfigError
from monitor.settings.load import load
from reports.tables.backtest import backtest_view

BY_CELL_TAKES = {"config", "archive", "engine", "by_cell", "as_json"}
SHORT = ("drop", "false_pages_per_year", "detect_within_days")


def backtest(
    context: typer.Context,
    config: ConfigOption = None,
    overrides: SetOption = None,
    *,
    since: Annotated[
        str | None, typer.Option("--since", metavar="TIME", help="Leave out what was known before then.")
    ] = None,
    onset: Annotated[
        str | None,
        typer.Option(
            "--onset", metavar="TIME", help="When it broke, if you know; labels are counted from there."
        ),
    ] = None,
    inputs: Annotated[
        list[str] | None,
        typer.Option(
            "--input", metavar="FILE", help="Predictions and labels as JSON lines, not the database."
        ),
    ] = None,
    archive: ArchiveOption = None,
    engine: EngineOption = None,
    anchor: Annotated[
        Path | None,
        typer.Option("--anchor", metavar="FILE", help="With --input or --archive: the offline numbers."),
    ] = None,
    model: Annotated[str | None, model_option(help="With --anchor: the model's name.")] = None,
    version: Annotated[str | None, version_option(help="With --anchor: its version.")] = None,
    environment: Annotated[str, environment_option(help="With --anchor: where it runs.")] = "prod",
    compare: Annotated[
        bool,
        typer.Option(
            "--compare",
            help="Hold it against itself without groups, groups alone, our rule of before, and those people use.",
        ),
    ] = False,
    healthy: Annotated[
        int,
        typer.Option(
            "--healthy", min=0, max=100_000, help="Healthy histories to draw for each watched cell."
        ),
    ] = 200,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Another draw of them.")] = 1,
    by_cell: Annotated[
        bool,
        typer.Option(
            "--by-cell",
            help="With --archive: each watched cell's own pages, held to what it is held to now, and nothing else.",
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Which pages would these settings have sent, how soon, and how many false ones?

    Replays the stored outcomes, with their labels as they read today, in the order in which they became
    complete. Nothing is written to the database and nothing is sent. --set takes the short names drop,
    false_pages_per_year and detect_within_days for judge.*.
    """
    log_to_stderr()
    reader = engine_named(archive, engine)
    if by_cell:
        _require_nothing_else(context, archive)
    full = [f"judge.{word}" if word.partition("=")[0] in SHORT else word for word in overrides or []]
    trial = Trial(
        None if since is None else time_of("--since", since),
        None if onset is None else time_of("--onset", onset),
        compare,
        healthy,
        seed,
    )
    released = named_model(model, version, environment) if model and version else None
    past = _past(inputs, archive, reader, anchor, released)
    if by_cell and isinstance(past, PastInArchive):
        from monitor.app.past_cells import backtest_by_cell

        with busy("betting on each cell's history"):
            show(backtest_view(backtest_by_cell(load(config, parsed(full)), past)), as_json=as_json)
        return
    with progress() as bar:
        task = bar.add_task("outcomes", total=None)
        done = backtesting.run(
            load(config, parsed(full)),
            past,
            trial,
            on_begin=lambda outcomes: bar.update(task, total=outcomes),
            on_day=lambda outcomes: bar.advance(task, outcomes),
        )
    show(backtest_view(done), as_json=as_json)


def _require_nothing_else(context: typer.Context, archive: str | None) -> None:
    """See to it that nothing is asked for that bets by cell would not heed.

    Raises:
        ConfigError: an archive is missing, or something else is there.
    """
    problems = []
    if archive is None:
        problems.append("--by-cell: --archive is missing; it bets on the history that an archive holds")
    others = [
        parameter.opts[0]
        for parameter in context.command.params
        if parameter.name is not None
        and parameter.name not in BY_CELL_TAKES
        and (source := context.get_parameter_source(parameter.name)) is not None
        and source.name == "COMMANDLINE"
    ]
    if others:
        problems.append(
            "--by-cell: takes --archive, --engine, --config and --json alone, since each cell is held to what it is"
            f" held to now; leave {', '.join(others)} out"
        )
    if problems:
        raise ConfigError(problems)


def _past(
    inputs: list[str] | None, archive: str | None, engine: str, anchor: Path | None, released: Model | None
) -> PastInFiles | PastInArchive | None:
    """What is replayed, and what it is held to, as the options name it; None: the database's own past."""
    if archive:
        if inputs:
            raise ConfigError(["--archive and --input: give one of them"])
        if (anchor is None) != (released is None):
            raise ConfigError(
                ["--archive: --anchor, --model and --version belong together; give all three or none"]
            )
        return PastInArchive(archive, engine, anchor, released)
    if inputs and anchor and released:
        return PastInFiles(inputs, anchor, released)
    if inputs or anchor:
        raise ConfigError(["--input, --anchor, --model and --version belong together; give all four or none"])
    return None
