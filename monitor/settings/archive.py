"""An archive's URL in; out what is wrong with it, in words that never repeat it, and the URL without its keys."""

import re
from urllib.parse import urlsplit

_SCHEME = re.compile(r"s3:/*|[a-z0-9+.-]+://", re.IGNORECASE)
_KEY = re.compile(
    r"[^/?]*[:@]"
)  # a secret may have slashes of its own; a bucket's name has neither colon nor @
_WRITE = "write file:FOLDER or s3://BUCKET/FOLDER"


def archive_problem(url: str) -> str | None:
    """Why no archive can lie at this URL; None where it might.

    >>> archive_problem("s3://key:secret@bucket/archive")
    "must not hold a key; the environment gives it, as AWS's own tools read it"
    """
    scheme, _, rest = url.partition(":")
    if not url.isprintable() or scheme not in ("file", "s3"):
        return f"is malformed; {_WRITE}"
    if scheme == "file":
        if rest.startswith("//") and not rest.startswith("///"):
            return f"has a host, which a folder has not; {_WRITE}"
        return None if rest.strip("/") else f"names no folder; {_WRITE}"
    try:
        parts = urlsplit(url)
    except ValueError:
        return f"is malformed; {_WRITE}"
    if _KEY.match(parts.netloc):
        return "must not hold a key; the environment gives it, as AWS's own tools read it"
    return None if parts.netloc and parts.path.strip("/") else f"names no bucket and folder; {_WRITE}"


def without_keys(url: str) -> str:
    """The same URL to be shown and stored: without a key and its secret, and without options. Folders stay.

    >>> without_keys("s3://key:sec/ret@bucket/archive?region=eu-west-1"), without_keys("file:/data/a:b@c?")
    ('s3://***@bucket/archive', 'file:/data/a:b@c?')
    """
    if url.startswith("file:") or not (scheme := _SCHEME.match(url)):
        return url
    rest = url[scheme.end() :]
    if not _KEY.match(rest):
        return scheme[0] + rest.partition("?")[0]
    return f"{scheme[0]}***@{rest.rpartition('@')[2].partition('?')[0]}" if "@" in rest else f"{scheme[0]}***"
