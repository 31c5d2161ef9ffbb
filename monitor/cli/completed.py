"""What a shell completes beside commands and options: names that the configured database and configuration know.

Reads only, and is silent about whatever goes wrong: nobody wants an error in the middle of typing.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.common import NUMBER_MAX
from monitor.errors import ConfigError

if TYPE_CHECKING:
    from monitor.review.ports.names import NameRecords
    from monitor.settings.settings import Settings

_Completions = list[tuple[str, str]]  # each with a word about it, which some shells show


def _of_settings(find: "Callable[[Settings], Iterable[tuple[str, str]]]") -> Callable[..., _Completions]:
    def complete(ctx: typer.Context, incomplete: str) -> _Completions:
        try:
            return _beginning(find(_settings(ctx)), incomplete)
        except Exception:  # noqa: BLE001 - whatever it is, the shell must not hear of it
            return []

    return complete


def _of_names(find: "Callable[[NameRecords], Iterable[tuple[str, str]]]") -> Callable[..., _Completions]:
    def complete(ctx: typer.Context, incomplete: str) -> _Completions:
        try:
            return _beginning(_found(ctx, find), incomplete)
        except Exception:  # noqa: BLE001 - whatever it is, the shell must not hear of it
            return []

    return complete


def _settings(ctx: typer.Context) -> "Settings":
    from monitor.settings.load import load

    return load(ctx.params.get("config") or None)


def _found(
    ctx: typer.Context, find: "Callable[[NameRecords], Iterable[tuple[str, str]]]"
) -> list[tuple[str, str]]:
    from monitor.app.oncall_stores import names_in

    with names_in(_settings(ctx)) as names:
        return [] if names is None else list(find(names))


def _beginning(pairs: Iterable[tuple[str, str]], incomplete: str) -> _Completions:
    words: dict[str, list[str]] = {}
    for name, about in dict.fromkeys(pairs):
        if name.startswith(incomplete):
            words.setdefault(name, []).append(about)
    return [(name, ", ".join(filter(None, about))) for name, about in words.items()]


def _matchers(names: "NameRecords") -> Iterable[tuple[str, str]]:
    from monitor.domain.telling.silences import FIELDS, fields_of

    for cell in names.cells():
        yield from (
            (f"{field}={value}", "") for field, value in fields_of(cell).items() if field in FIELDS and value
        )


incidents = _of_names(
    lambda names: [(str(each.number), f"{each.model_name}, {each.state}") for each in names.incidents()]
)
models = _of_names(lambda names: [(cell.model.name, "") for cell in names.cells()])
versions = _of_names(lambda names: [(cell.model.version, cell.model.name) for cell in names.cells()])
environments = _of_names(lambda names: [(cell.model.environment, "") for cell in names.cells()])
intents = _of_names(
    lambda names: [(cell.intent, "") for cell in names.cells() if cell.group is None and not cell.slice]
)
matchers = _of_names(_matchers)
sinks = _of_settings(lambda settings: [(sink.name, sink.kind) for sink in settings.sinks])


def verdicts(incomplete: str) -> list[str]:
    """The words that `status --verdict` takes."""
    from monitor.review.narrowing import STANDINGS

    return [word for word in STANDINGS if word.startswith(incomplete)]


def _incident_number(word: str) -> int:
    if word.isascii() and word.isdigit() and 1 <= int(word[:20]) <= NUMBER_MAX:
        return int(word)
    raise ConfigError([f"{word} is no number of an incident; `anchorwatch incident list` shows them"])


NumberArgument = Annotated[
    int,
    typer.Argument(
        parser=_incident_number, metavar="NUMBER", help="The incident's number.", autocompletion=incidents
    ),
]


def model_option(**more: Any) -> Any:  # noqa: ANN401 - as Typer has it
    """`--model`, with the known names of models."""
    return typer.Option("--model", autocompletion=models, **more)


def version_option(**more: Any) -> Any:  # noqa: ANN401 - as Typer has it
    """`--version`, with the known versions."""
    return typer.Option("--version", autocompletion=versions, **more)


def environment_option(**more: Any) -> Any:  # noqa: ANN401 - as Typer has it
    """`--environment`, with the known environments."""
    return typer.Option("--environment", autocompletion=environments, **more)
