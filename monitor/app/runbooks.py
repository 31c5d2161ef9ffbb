"""The runbooks copied out of the package, for whoever serves them to people."""

from pathlib import Path

from connectors.files.reports import write_report
from reports.runbooks import files


def copy_runbooks(folder: Path) -> list[Path]:
    """Write every runbook, and the README that lists them, into a folder.

    Raises:
        ConfigError: the folder can't be written.
    """
    return write_report(folder, {f"{name}.md": files.text_of(name) for name in ("README", *files.names())})
