"""Use case 5: what people want to hear nothing of."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.domain.slices.cells import Cell
from monitor.domain.telling.silences import Silence, fields_of, parse_matchers
from monitor.errors import ConfigError
from monitor.incidents.ports.silences import SilenceStore

LONGEST = timedelta(days=90)


def add_silence(
    store: SilenceStore, words: Sequence[str], author: str, reason: str, ends: datetime, now: datetime
) -> Silence:
    """Keep quiet about the cells that every matcher fits, until then.

    Raises:
        ConfigError: a matcher is malformed, or author, reason or end will not do.
    """
    matchers, problems = parse_matchers(words)
    if not words:
        problems.append(
            "--match: name what to silence, such as --match intent=gdpr_erasure; or --incident NUMBER"
        )
    _check(problems, author, reason, ends, now)
    return store.add(matchers, author, reason, now, ends)


def silence_cells(
    store: SilenceStore, cells: Sequence[Cell], author: str, reason: str, ends: datetime, now: datetime
) -> list[Silence]:
    """Keep quiet about these cells and no others, until then: a silence for each.

    Raises:
        ConfigError: author, reason or end will not do.
    """
    _check([], author, reason, ends, now)
    only = [{field: name for field, name in fields_of(cell).items() if field != "group"} for cell in cells]
    return [store.add(matchers, author, reason, now, ends) for matchers in only]


def _check(problems: list[str], author: str, reason: str, ends: datetime, now: datetime) -> None:
    if not author.strip():
        problems.append("--by: say who wants it quiet")
    if not reason.strip():
        problems.append("--reason: say why, for those who wonder at night")
    if ends <= now:
        problems.append(f"--until: {ends:%Y-%m-%d %H:%M} UTC is over; give a later time")
    elif ends - now > LONGEST:
        problems.append(f"--until: a silence lasts {LONGEST.days} days at most; renew it if need be")
    if problems:
        raise ConfigError(problems)
