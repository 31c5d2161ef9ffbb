"""An incident with everything that its numbers rest on, as files; and its analysis made anew from them."""

from pathlib import Path

from connectors.files.bundles import read_bundle, write_bundle
from monitor.domain.analysis.analysis import Analysis, analyze
from monitor.domain.analysis.casefile import CaseFile
from reports.documents import analysis as document


def write(folder: Path, case: CaseFile, analysis: Analysis) -> list[Path]:
    """Write a case with its analysis into a folder, to be looked at elsewhere.

    Raises:
        ConfigError: the folder can't be written.
    """
    return write_bundle(folder, case, document.json(analysis))


def replay(folder: Path) -> tuple[Analysis, bool]:
    """The analysis of a bundle, made anew; and whether it is the bundle's own to the last byte.

    Raises:
        ConfigError: the bundle can't be read.
    """
    case, before = read_bundle(folder)
    analysis = analyze(case)
    return analysis, document.json(analysis) == before
