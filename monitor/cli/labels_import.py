"""`anchorwatch labels import`: labels that people gave, from a file."""

from contextlib import closing
from typing import Annotated

import typer

from monitor.app.label_imports import AskedFile, import_labels, open_existing
from monitor.cli.common import ConfigOption, JsonOption, SetOption, parsed
from monitor.cli.completed import model_option, version_option
from monitor.cli.show import show
from monitor.domain.events.names import name_problem, normal
from monitor.domain.events.types import LabelScope
from monitor.errors import ConfigError
from monitor.labels.importing import ImportRules
from monitor.labels.ports.label_files import LabelFormat
from monitor.settings.load import load
from reports.tables.label_imports import import_view


def import_(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="CSV, JSON lines, or JSON of Label Studio; .gz too; - is standard input."
        ),
    ],
    config: ConfigOption = None,
    overrides: SetOption = None,
    *,
    format_: Annotated[
        LabelFormat,
        typer.Option("--format", help="How labels stand in the file; told by its content, if not given."),
    ] = LabelFormat.AUTO,
    model: Annotated[
        str, model_option(metavar="NAME", help="The labels are about this model's answers only.")
    ] = "",
    version: Annotated[str, version_option(metavar="NAME", help="The same of a version.")] = "",
    environment: Annotated[
        str, typer.Option("--environment", metavar="NAME", help="The same of an environment.")
    ] = "",
    project: Annotated[
        str,
        typer.Option(
            "--project",
            metavar="NAME",
            help="The project in Label Studio, where the file names none (JSON_MIN), or two servers number theirs"
            " alike.",
        ),
    ] = "",
    question: Annotated[
        str,
        typer.Option(
            "--question",
            metavar="TAG",
            help="The Choices tag that asks for the intent; the only one, or `intent`, if not given.",
        ),
    ] = "",
    complete: Annotated[
        bool,
        typer.Option(
            "--complete", help="The file is the whole project: take labels back whose task it does not have."
        ),
    ] = False,
    new_intents: Annotated[
        bool,
        typer.Option(
            "--new-intents", help="Take choices in that no model predicts and no anchor promises, too."
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what the file would change; change nothing.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Take labels in from a file, each once; exit 1 where some are refused. Importing it again changes nothing."""
    rules = ImportRules(_scope(model, version, environment), complete, new_intents)
    asked = AskedFile(file, format_, project, question)
    with closing(open_existing(load(config, parsed(overrides)))) as app:
        done = import_labels(app, asked, rules, dry_run=dry_run)
    show(import_view(done), as_json=as_json)
    if done.refused:
        raise typer.Exit(1)


def _scope(model: str, version: str, environment: str) -> LabelScope | None:
    given = {"--model": model, "--version": version, "--environment": environment}
    names = {option: normal(name) for option, name in given.items() if name}
    problems = [f"{option}: {why}" for option, name in names.items() if (why := name_problem(name))]
    if problems:
        raise ConfigError(problems)
    if not names:
        return None
    return LabelScope(names.get("--model"), names.get("--version"), names.get("--environment"))
