"""What every process of ours that works beside a server does first."""

import os
import signal
import sys


def become_child(nice: int) -> None:
    """Stand behind others by so much, and end by SIGTERM as a program ends, so that scratch is taken away."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C is for the server, which ends us
    os.nice(nice)
