"""The command line: one file a command group. Words in, a use case run, an exit code out."""

from monitor.cli.main import main

__all__ = ["main"]
