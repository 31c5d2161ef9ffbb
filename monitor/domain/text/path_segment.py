"""A name in, one segment of an address out, and back: whatever is in the name, a server and a browser leave it whole.

As a JSON pointer does it (RFC 6901): `~` is written `~0`, `/` is `~1`. A browser would take dots alone for a way up,
and a server `.json` for a format, so there a dot is `~2`.
"""

from urllib.parse import quote


def to_segment(name: str) -> str:
    """The name as a segment, percent-encoded.

    >>> to_segment("a/b c"), to_segment(".."), to_segment("tickets-2.1"), to_segment("x.json")
    ('a~1b%20c', '~2~2', 'tickets-2.1', 'x~2json')
    """
    escaped = name.replace("~", "~0").replace("/", "~1")
    if not name.strip(".") or name.endswith(".json"):
        escaped = escaped.replace(".", "~2")
    return quote(escaped, safe="~")


def of_segment(segment: str) -> str:
    """The name of a segment, from which a server has taken the percent-encoding.

    >>> of_segment("a~1b c"), of_segment("~2~2"), of_segment("~01")
    ('a/b c', '..', '~1')
    """
    return segment.replace("~2", ".").replace("~1", "/").replace("~0", "~")
