"""A page: what a notice says, in words. It is made once, before any sink; a sink lays it out and adds no word."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from monitor.domain.slices.cells import Cell


class Link(str):
    """A value that is an address: it opens for whoever reads the page."""

    __slots__ = ()


class Door(Link):
    """An address at which one goes on: where a sink has buttons, it is one."""

    __slots__ = ()


class ShellCommand(str):
    """A value that is to be typed into a shell, and so is shown in one piece."""

    __slots__ = ()


Rows = Sequence[tuple[str, str]]
"""(label, value) of each line; a line without a label is a sentence of its own.

A value that opens or is typed is a `Link` or a `ShellCommand`: a sink need not guess it from the text.
"""
Sections = Sequence[tuple[str, Rows]]
"""(heading, rows) of each section; one without a heading is loose lines."""
Notes = Mapping[Cell, Sequence[str]]
"""The sentences about each cell."""


class Page(NamedTuple):
    """One notice in words.

    `title` is one line. `sections` are the whole page after it: what happened first, what to do last. `text` is all
    of it as plain text. `members` has each broken cell in full, for sinks that send a message a cell; the sections
    of a long page leave some out. `notes` has the sentences about each cell, for sinks that send facts: what to bear
    in mind of a broken one, or why one is told of that is not. `reason` is why the whole
    is told, where its kind does not say it all. Nothing in it holds a control character, whatever the
    events contained.
    """

    title: str
    sections: Sections
    text: str
    members: Mapping[Cell, Rows]
    notes: Notes
    reason: str = ""
