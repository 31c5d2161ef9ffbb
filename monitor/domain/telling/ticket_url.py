"""A template and a ticket in, the address at which people open that ticket out."""

import re
from collections.abc import Mapping
from urllib.parse import quote

_PLACE = re.compile(r"\{([^{}]*)\}")
_SLICE = "slice."


def ticket_url(template: str, prediction_id: str, slices: Mapping[str, str]) -> str:
    """The address; empty without a template, or where the ticket lacks a slice that it wants.

    `{prediction_id}` and `{slice.NAME}` are filled in, escaped so that none is more than a part of a path.

    >>> ticket_url("https://desk.example/{slice.channel}/{prediction_id}", "018f/1", {"channel": "e mail"})
    'https://desk.example/e%20mail/018f%2F1'
    >>> ticket_url("https://desk.example/{slice.channel}", "018f", {})
    ''
    """
    values = {"prediction_id": prediction_id, **{_SLICE + name: value for name, value in slices.items()}}
    places = _PLACE.findall(template)
    if any(place not in values for place in places):
        return ""
    return _PLACE.sub(lambda place: quote(values[place[1]], safe=""), template)


def template_problem(template: str) -> str | None:
    """What is wrong with a template; None where nothing is, or there is none.

    >>> template_problem("https://desk.example/{id}")
    '{id} is not known: write {prediction_id} or {slice.NAME}'
    """
    if not template:
        return None
    for place in _PLACE.findall(template):
        if place != "prediction_id" and not (place.startswith(_SLICE) and len(place) > len(_SLICE)):
            return f"{{{place}}} is not known: write {{prediction_id}} or {{slice.NAME}}"
    if not re.match(r"https?://[^\s{}]", template):
        return "write an address that begins with https:// or http:// and a host"
    if re.search(r"[{}]", _PLACE.sub("", template)):
        return "a brace has no other end"
    return None
