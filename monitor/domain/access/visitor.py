"""Who looks at the watch room."""

from enum import StrEnum
from typing import NamedTuple


class RoomRole(StrEnum):
    """What a person or a program may do in the watch room.

    A labeller records labels and sees nothing; a viewer looks; a responder looks, acknowledges, notes, resolves,
    silences, and records labels. Who has several has the last.
    """

    LABELLER = "labeller"
    VIEWER = "viewer"
    RESPONDER = "responder"


class Visitor(NamedTuple):
    """Who asks for a page. The name is empty where nobody is asked for it; `can_leave`: by logging out with us.

    Who `shows_token` did so with the very request, which no browser does by itself.
    """

    name: str = ""
    role: RoomRole = RoomRole.RESPONDER
    can_leave: bool = False
    shows_token: bool = False

    @property
    def may_look(self) -> bool:
        """Whether they may see pages."""
        return self.role is not RoomRole.LABELLER

    @property
    def may_label(self) -> bool:
        """Whether they may record labels."""
        return self.role in (RoomRole.LABELLER, RoomRole.RESPONDER)

    @property
    def may_act(self) -> bool:
        """Whether they may say something of an incident."""
        return self.role is RoomRole.RESPONDER


ANYBODY = Visitor()
"""Whoever uses this machine, where the room asks nobody who they are."""
