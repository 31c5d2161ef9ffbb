"""Whether an answer in a labelling tool is a label."""

from collections.abc import Iterable, Set

from monitor.domain.events.names import normal
from monitor.domain.labelling.imported import NoLabel


def why_no_label(
    choices: Iterable[str],
    prediction_id: str,
    known: Set[str],
    *,
    skipped: bool = False,
    rejected: bool = False,
) -> NoLabel | None:
    """Why it is none; None where it is one. Without `known` intents any is taken."""
    chosen = names_chosen(choices)
    if skipped:
        return NoLabel.SKIPPED
    if rejected:
        return NoLabel.REJECTED
    if not prediction_id:
        return NoLabel.NO_PREDICTION_ID
    if not chosen:
        return NoLabel.NO_CHOICE
    if len(chosen) > 1:
        return NoLabel.SEVERAL_CHOICES
    return NoLabel.UNKNOWN_INTENT if known and not chosen <= known else None


def names_chosen(choices: Iterable[str]) -> set[str]:
    """What was chosen, as intents are spelled."""
    return {normal(choice) for choice in choices} - {""}
