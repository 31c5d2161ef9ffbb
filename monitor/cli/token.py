"""`anchorwatch token`: who may enter the watch room with a token, in the file of `web.tokens_file`."""

from typing import Annotated

import typer

from monitor.app.entering import add_token, remove_token, tokens_of
from monitor.cli.common import ConfigOption, JsonOption, note, say
from monitor.cli.show import show
from monitor.domain.access.visitor import RoomRole
from monitor.settings.load import load
from reports.tables.tokens import tokens_view

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The person, as incidents will name them.")]


def add(
    name: NameArgument,
    role: Annotated[
        RoomRole,
        typer.Option(
            help="A viewer looks; a responder also acknowledges, notes, resolves, silences and records labels;"
            " a labeller only records labels, by the API."
        ),
    ] = RoomRole.VIEWER,
    config: ConfigOption = None,
) -> None:
    """Let a person into the watch room: prints their token, this once, and keeps its hash."""
    token = add_token(load(config, {}), name, role)
    note(f"the token of {name}, a {role}; it is shown this once:")
    say(token, soft_wrap=True)


def list_(config: ConfigOption = None, *, as_json: JsonOption = False) -> None:
    """Everybody who has a token, and what they may do."""
    show(tokens_view(tokens_of(load(config, {})).read().tokens), as_json=as_json)


def remove(name: NameArgument, config: ConfigOption = None) -> None:
    """Take a person's token back: it lets nobody in any more, and their sessions end at once."""
    remove_token(load(config, {}), name)
    say(f"{name} may not enter any more")
