"""A report as files in a folder."""

from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

from monitor.errors import ConfigError


def write_report(folder: Path, files: Mapping[str, str]) -> list[Path]:
    """Write each named text, in place of one of that name; whoever reads meanwhile sees the old one whole.

    Raises:
        ConfigError: the folder can't be made or written.
    """
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            half = folder / f".{name}.{uuid4().hex}.half"  # another agent may write the same report
            half.write_text(content, encoding="utf-8")
            written.append(half.replace(folder / name))
    except OSError as err:
        raise ConfigError([f"{folder} can't be written: {err.strerror}; name another folder"]) from err
    return written
