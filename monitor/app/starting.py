"""A first configuration and example events, written where nothing is yet."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from connectors.files.reports import write_report
from monitor.errors import ConfigError
from monitor.settings.starting import StartingAnswers, answer_problems
from reports.documents.starting import configuration, example_events

EXAMPLES = "events.example.jsonl"


def refuse_overwriting(file: Path) -> None:
    """See to it that nothing is there yet.

    Raises:
        ConfigError: with each file that is, or that the name is none.
    """
    try:
        there = [each for each in (file, file.parent / EXAMPLES) if each.exists()]
    except OSError as err:
        raise ConfigError([f"{file} can't be written: {err.strerror}; name another file"]) from err
    if there:
        raise ConfigError(
            [f"{each} is there already; name another file, or --force to replace it" for each in there]
        )


def begin(file: Path, answers: StartingAnswers, now: datetime) -> Sequence[Path]:
    """Write a configuration, and beside it a few events; whatever is there is replaced.

    Raises:
        ConfigError: an answer will not do, or the folder can't be written.
    """
    if problems := answer_problems(answers):
        raise ConfigError(problems)
    return write_report(file.parent, {file.name: configuration(*answers), EXAMPLES: example_events(now)})
