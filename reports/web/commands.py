"""Advice to type a command in; the same with a link to the page that does it, where there is one, out."""

import re
from collections.abc import Callable

from markupsafe import Markup, escape

_NUMBER, _ID = r"(\d{1,19})", r"([0-9a-f]{4,64})"
_PLACES = {
    rf"incident show {_NUMBER}": "/incidents/{}",
    rf"incident analyze {_NUMBER}": "/incidents/{}/analysis",
    rf"incident tickets {_NUMBER}": "/incidents/{}/tickets.csv",
    rf"incident ack {_NUMBER}": "/incidents/{}#acknowledge",
    rf"incident note {_NUMBER}": "/incidents/{}#note",
    rf"incident resolve {_NUMBER}": "/incidents/{}#resolve",
    rf"silence add --incident {_NUMBER}": "/incidents/{}#silence",
    rf"anchor show {_ID}": "/anchors/{}",
    r"incident list": "/incidents",
    r"silence list": "/silences",
    r"anchor list": "/anchors",
    r"version list": "/versions",
    r"deploy list": "/deploys",
    r"sink list": "/sinks",
    r"labels (plan|drawn|disputed|early)": "/labels/{}",
    r"report weekly": "/reports",
    r"status --budget": "/budget",
    r"status(?! --)": "/",
}
"""What is typed behind `anchorwatch`, and where the room has the same; what only a terminal can do is not here."""
_COMMAND = re.compile(
    rf"anchorwatch (?:{'|'.join(f'(?:{command})' for command in _PLACES)})(?![\w-])", re.ASCII
)
_EACH = [(re.compile(f"anchorwatch {command}", re.ASCII), place) for command, place in _PLACES.items()]


def with_links(words: str, rest: Callable[[str], str]) -> Markup:
    """The words as HTML: each command that has a page is a link to it, the `rest` is made HTML by that.

    >>> str(with_links("all: anchorwatch incident tickets 7 & more", str))
    'all: <a href="/incidents/7/tickets.csv">anchorwatch incident tickets 7</a> &amp; more'
    """
    parts, end = [], 0
    for command in _COMMAND.finditer(words):
        link = Markup('<a href="{}">{}</a>').format(_place_of(command[0]), command[0])
        parts += [escape(rest(words[end : command.start()])), link]
        end = command.end()
    return Markup().join([*parts, escape(rest(words[end:]))])


def _place_of(command: str) -> str:
    return next(place.format(*known.groups()) for each, place in _EACH if (known := each.fullmatch(command)))
