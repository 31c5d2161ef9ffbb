"""What stands in the place of a page that takes seconds, until it is made."""

from datetime import datetime

from reports.figures import moment
from reports.render.blocks import Block

AGAIN_S = 2


def waiting(since_s: int) -> Block:
    """It is being made, for so many seconds by now."""
    so_far = f" It has been for {since_s} s." if since_s else ""
    return Block(
        lines=[f"This page takes seconds, and is being made.{so_far} It loads by itself when it is done."]
    )


def busy() -> Block:
    """Others come first."""
    return Block(
        lines=[
            "Busy: this page takes seconds, and two like it are being made. It loads by itself when it is done."
        ]
    )


def older(at: datetime) -> Block:
    """What stands below was made then; a newer one is on its way."""
    return Block(
        lines=[
            f"As of {moment(at)}. Something has changed since, so it is being made anew, and loads by itself."
        ]
    )
