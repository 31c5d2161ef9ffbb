"""A version's name in, as it stands in a text out."""


def version_text(version: str) -> str:
    """The version with a `v` before it where it begins with a digit; a name of another kind as it is.

    >>> version_text("7"), version_text("v7"), version_text("2026-11-01"), version_text("canary")
    ('v7', 'v7', 'v2026-11-01', 'canary')
    """
    return f"v{version}" if version[:1].isdigit() else version
