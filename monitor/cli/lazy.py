"""The table of commands in, a group out that imports a command when it is used."""

import gc
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand

from monitor.cli.commands import COMMANDS, Command, CommandGroup
from monitor.cli.console import LeaveOnBrokenPipe

WORDS: dict[str, Any] = {
    "help_option_names": ["-h", "--help"],
    # Every reason is given with --reason; --why, as it was called at some commands, still means it.
    "token_normalize_func": lambda word: "reason" if word == "why" else word,
}
"""What holds for the words of every command."""


class LazyGroup(LeaveOnBrokenPipe):
    """Shows its commands by what the table says of them, and imports one only to run it or to show its help."""

    def __init__(
        self,
        *,
        table: Mapping[str, Command | CommandGroup] = COMMANDS,
        commands: object = None,
        **more: Any,  # noqa: ANN401 - Typer's own
    ) -> None:
        super().__init__(**more)
        self._table = table
        self.commands = {name: _described(name, entry) for name, entry in table.items()}

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - Typer's own
        """The command that the first word names, imported now, and the words after it."""
        name, described, rest = super().resolve_command(ctx, args)
        entry = self._table.get(name or "")
        if not isinstance(entry, Command):
            return name, described, rest
        command = imported(name, entry)
        if not gc.isenabled():
            # What was loaded stays to the end: to look it through for garbage, again and again, takes an eighth of
            # the time that a short command takes.
            gc.freeze()
            gc.enable()
        return name, command, rest


def imported(name: str | None, command: Command) -> Any:  # noqa: ANN401 - Typer's own
    """The command itself, with its options."""
    module, _, function = command.place.partition(":")
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    alone.command(name)(getattr(import_module(f"monitor.cli.{module}"), function))
    return typer.main.get_command(alone)


def _described(name: str, entry: Command | CommandGroup) -> Any:  # noqa: ANN401 - Typer's own
    if isinstance(entry, CommandGroup):
        return LazyGroup(name=name, table=entry.commands, help=entry.help, no_args_is_help=True)
    return TyperCommand(name, help=entry.help)
