"""`anchorwatch doctor`."""


def doctor() -> None:
    """Try everything."""
