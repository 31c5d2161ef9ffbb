"""`anchorwatch backtest`: try any settings on the past before you trust them."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from monitor.anchors import anchoring
from monitor.app import wiring
from monitor.app.agent import drain
from monitor.app.clock import now
from monitor.app.wiring import App, open_app
from monitor.cli.common import ConfigOption, JsonOption, SetOption, out, parsed, print_json
from monitor.cli.logs import log_to_stderr
from monitor.cli.progress import progress
from monitor.domain.anchors.promise import Provenance
from monitor.domain.events.names import named_model
from monitor.errors import ConfigError
from monitor.review.backtest import backtest as replay
from monitor.settings.load import load
from reports.tables import backtest as shown

SHORT = ("drop", "false_pages_per_year", "labels_per_day", "detect_within_days")


def backtest(
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
    anchor: Annotated[
        Path | None, typer.Option("--anchor", metavar="FILE", help="With --input: the offline numbers.")
    ] = None,
    model: Annotated[str | None, typer.Option("--model", help="With --anchor: the model's name.")] = None,
    version: Annotated[str | None, typer.Option("--version", help="With --anchor: its version.")] = None,
    environment: Annotated[str, typer.Option("--environment", help="With --anchor: where it runs.")] = "prod",
    compare: Annotated[
        bool, typer.Option("--compare", help="Hold it against the rules that people use today.")
    ] = False,
    healthy: Annotated[
        int, typer.Option("--healthy", min=0, help="Healthy histories to draw for each watched cell.")
    ] = 200,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Another draw of them.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """Which pages would these settings have sent, how soon, and how many false ones?

    Replays the stored outcomes, with their labels as they read today, in the order in which they became
    complete. Nothing is written to the database and nothing is sent. --set takes the short names drop,
    false_pages_per_year, labels_per_day and detect_within_days for judge.*.
    """
    log_to_stderr()
    full = [f"judge.{word}" if word.partition("=")[0] in SHORT else word for word in overrides or []]
    begin, broke = _time("--since", since), _time("--onset", onset)
    if bool(inputs) != bool(anchor) or (anchor and not (model and version)):
        raise ConfigError(["--input, --anchor, --model and --version belong together; give all four or none"])
    with (
        closing(open_app(load(config, parsed(full)))) as app,
        _history(app, inputs, anchor, (model, version, environment)) as past,
        wiring.backtesting(past, app.settings, begin) as (history, judge),
        progress() as bar,
    ):
        task = bar.add_task("outcomes", total=len(history))
        done = replay(
            history,
            judge,
            onset=broke,
            basis=app.settings.anchor.basis,
            compare=compare,
            streams=healthy,
            seed=seed,
            on_day=lambda given: bar.advance(task, given),
        )
    if as_json:
        print_json(shown.as_object(done))
        return
    plain = not out.is_terminal
    out.print(shown.summary(done))
    out.print()
    out.print(shown.pages(done, plain=plain) if done.pages else "No alarm.")
    if done.false_pages:
        out.print()
        out.print(
            "Healthy histories drawn anew, each as long as a watched cell's own, at its offline recall:"
        )
        out.print(shown.false_pages(done, plain=plain))


@contextmanager
def _history(
    app: App, inputs: list[str] | None, anchor: Path | None, names: tuple[str | None, str | None, str]
) -> Iterator[App]:
    """The app itself; or, with files, one on a database of its own that holds what is in them."""
    if not inputs or anchor is None:
        yield app
        return
    with TemporaryDirectory(prefix="anchorwatch-backtest-") as folder:
        scratch = {"database": {"url": f"sqlite:///{folder}/input.db"}}
        settings = type(app.settings).model_validate({**dict(app.settings), **scratch})
        made = open_app(settings)
        try:
            source, letters = wiring.files(inputs, None)
            drain(made, source, letters)
            source.close()
            read = wiring.read_anchor_file(anchor, None)
            provenance = Provenance(anchor.name, read.sha256, read.importer, now(), len(read.examples))
            whose = named_model(names[0] or "", names[1] or "", names[2])
            held, _ = anchoring.import_anchor(made.anchors, whose, read.promises, read.examples, provenance)
            anchoring.activate(made.anchors, held, now())
            yield made
        finally:
            made.close()


def _time(option: str, words: str | None) -> datetime | None:
    if words is None:
        return None
    try:
        at = datetime.fromisoformat(words)
    except ValueError as error:
        raise ConfigError(
            [f"{option} {words}: write a time such as 2026-10-01 or 2026-10-01T09:00Z"]
        ) from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)
