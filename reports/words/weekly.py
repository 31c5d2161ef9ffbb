"""What a week's report has to say in; a sentence each out."""

from collections.abc import Sequence

from monitor.domain.judging.judge import Coverage
from monitor.domain.slices.cells import Cell
from monitor.domain.weekly.news import (
    Advice,
    AuditAnchor,
    CoverageMoved,
    FirstLabelled,
    ImportAnchor,
    IncidentsEnded,
    IncidentsOpened,
    LabelEveryDrawn,
    LabelMore,
    LookAtIncident,
    MeasureAnew,
    RecallMoved,
    VersionAppeared,
    WeekChange,
)
from monitor.domain.weekly.report import IntentWeek
from monitor.domain.weekly.slices import SliceWeek
from reports.figures import interval, of_what_pages
from reports.words.slices import in_slices

NAMED = 5


def change(news: WeekChange) -> str:
    """What is otherwise than the week before."""
    match news:
        case RecallMoved(cell, by):
            return f"{full_name(cell)}: recall {'rose' if by > 0 else 'fell'} by {abs(by):.2f}"
        case CoverageMoved(model, before, now):
            moved = "rose" if now > before else "fell"
            return f"label coverage of {model} {moved} from {before:.0%} to {now:.0%}"
        case VersionAppeared(model):
            return f"{model} is new: its first predictions came this week"
        case FirstLabelled(cell):
            return f"{full_name(cell)} was labelled for the first time"
        case IncidentsOpened(numbers):
            return f"{_incidents(numbers)} opened"
        case IncidentsEnded(numbers):
            return f"{_incidents(numbers)} ended"


def advice(news: Advice) -> str:
    """What to do."""
    match news:
        case LookAtIncident(number):
            return f"incident {number} is still open: anchorwatch incident show {number}"
        case LabelMore(cells, slices):
            names = [_beside(cell, [each for each in slices if each.whole == cell]) for cell in cells]
            return f"label more of {_some(names)}: a fall there would not be noticed in time"
        case LabelEveryDrawn(model, labelled, drawn):
            return (
                f"have every drawn ticket of {model} labelled: {labelled:,} of {drawn:,} are, and which is no chance;"
                " recall cannot be known from them"
            )
        case MeasureAnew(cells):
            return f"measure {_some(_names(cells))} anew on real tickets: the offline number is untrusted"
        case ImportAnchor(models):
            return f"import an anchor for {_some([str(model) for model in models])}: nothing of it can page"
        case AuditAnchor(cells):
            return f"audit the anchor of {_some(_names(cells))}: anchorwatch anchor audit"


def suspicion(cell: IntentWeek | SliceWeek) -> str:
    """What is known of an intent or a slice that is suspected: the evidence, its recall, and how blind it is."""
    words = [f"{full_name(cell.cell)}: {of_what_pages(cell.evidence)}"]
    if cell.live is not None:
        words.append(f"recall since release {interval(cell.live, cell.live_support, 'labelled')}")
    if cell.floor is not None:
        words.append(f"floor {cell.floor:.2f}")
    if cell.judgement.coverage is not Coverage.SEEN:
        words.append(cell.judgement.coverage.value)
    return ", ".join(words)


def full_name(cell: Cell) -> str:
    """A cell with its model: `gdpr_erasure of tickets v7 (prod)`."""
    return f"{cell} of {cell.model}"


def _beside(cell: Cell, suspects: Sequence[Cell]) -> str:
    """A cell with its model, and its slices that are suspected."""
    slices = in_slices((each, False) for each in suspects)
    return f"{full_name(cell)} ({slices})" if slices else full_name(cell)


def _incidents(numbers: Sequence[int]) -> str:
    return f"incident{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"


def _some(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _names(cells: Sequence[Cell]) -> list[str]:
    return [full_name(cell) for cell in cells]
