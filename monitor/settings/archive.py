"""An archive's URL in, what is wrong with it out, in words that never repeat it: it may hold a key."""

from urllib.parse import urlsplit

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
    if "@" in parts.netloc:
        return "must not hold a key; the environment gives it, as AWS's own tools read it"
    return None if parts.netloc and parts.path.strip("/") else f"names no bucket and folder; {_WRITE}"
