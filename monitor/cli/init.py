"""`anchorwatch init`: a first configuration, and events to try it with."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.app.clock import now
from monitor.app.starting import begin, refuse_overwriting
from monitor.cli.common import asked, say
from monitor.settings.load import DEFAULT_FILE
from monitor.settings.starting import StartingAnswers

DEFAULTS = StartingAnswers()


def init(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="Where to write it; commands look at the default by themselves."),
    ] = DEFAULT_FILE,
    broker: Annotated[
        str | None,
        typer.Option("--broker", metavar="HOST:PORT", help="Your Kafka; several with commas between."),
    ] = None,
    predictions: Annotated[
        str | None, typer.Option("--predictions", metavar="TOPIC", help="The topic of what the model says.")
    ] = None,
    labels: Annotated[
        str | None,
        typer.Option("--labels", metavar="TOPIC", help="The topic of labels; may be the same one."),
    ] = None,
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace what is there.")] = False,
) -> None:
    """Write a configuration with comments, and example events beside it. Asks in a terminal what no flag says."""
    if not force:
        refuse_overwriting(file)
    answers = StartingAnswers(
        _answer(broker, "Kafka (HOST:PORT)", DEFAULTS.broker),
        _answer(predictions, "topic of predictions", DEFAULTS.predictions),
        _answer(labels, "topic of labels", DEFAULTS.labels),
    )
    written = begin(file, answers, now())
    for each in written:
        say(f"written: {each}", soft_wrap=True)
    named = "" if file == DEFAULT_FILE else f" --config {file}"
    say(f"next: anchorwatch config check{named}", soft_wrap=True)
    say(f"      anchorwatch events check {written[-1]}", soft_wrap=True)
    say(f"      anchorwatch doctor{named}", soft_wrap=True)


def _answer(given: str | None, question: str, default: str) -> str:
    return asked(question, default) if given is None else given
