"""What a file of labels does to those that are kept: a statement and the label that is held in, the change out.

A labelling tool numbers no revisions. A changed answer gets one from the time of its change, in seconds since 2000:
that is above any that was counted by hand, and always above the one that is held.
"""

from datetime import datetime
from enum import StrEnum

import msgspec

from monitor.domain.events.fields import EARLIEST
from monitor.domain.events.types import Label, LabelScope

_STATED = ("prediction_id", "intent", "labeled_at", "revision", "retracted", "kind")


class LabelChange(StrEnum):
    """What becomes of a label that a file states.

    `OUTDATED`: a later statement is held. `AT_ODDS`: another with the same revision and time is held.
    """

    NEW = "new"
    CHANGED = "changed"
    RETRACTED = "retracted"
    UNCHANGED = "unchanged"
    OUTDATED = "outdated"
    AT_ODDS = "at_odds"


class NoLabel(StrEnum):
    """Why an answer in a labelling tool is no label."""

    SKIPPED = "skipped"
    REJECTED = "rejected"
    NO_CHOICE = "no_choice"
    SEVERAL_CHOICES = "several_choices"
    UNKNOWN_INTENT = "unknown_intent"
    NO_PREDICTION_ID = "no_prediction_id"
    UNREADABLE = "unreadable"


class KeptLabel(StrEnum):
    """Why a label that a file of its project does not have is not taken back.

    `TASK_ELSEWHERE`: neither has the file its task, and need not be the whole project. `ANSWERS_LEFT_OUT`: the file
    holds fewer answers to its task than the tool. `LATER`: it is later than everything in the file.
    """

    TASK_ELSEWHERE = "task_elsewhere"
    ANSWERS_LEFT_OUT = "answers_left_out"
    LATER = "later"


def change_of(stated: Label, held: Label | None) -> LabelChange:
    """What the join makes of a label, given the one that is held under its id: the highest (revision, time) holds."""
    if held is None:
        return LabelChange.RETRACTED if stated.retracted else LabelChange.NEW
    if _same(stated, held):
        return LabelChange.UNCHANGED
    moved = stated.prediction_id != held.prediction_id or held.scope not in (None, stated.scope)
    rank, held_rank = (stated.revision, stated.labeled_at), (held.revision, held.labeled_at)
    if rank == held_rank or (moved and stated.revision == held.revision):
        return LabelChange.AT_ODDS
    if rank < held_rank:
        return LabelChange.OUTDATED
    return LabelChange.RETRACTED if stated.retracted else LabelChange.CHANGED


def _same(stated: Label, held: Label) -> bool:
    """Whether a file states again what is held; who gave it and how it was drawn is kept in other words."""
    return all(getattr(stated, field) == getattr(held, field) for field in _STATED) and (
        stated.scope == held.scope or held.scope is None
    )


class GivenAnswer(msgspec.Struct, frozen=True):
    """An answer of the tool as it stands: what it says (None where it is no label by now), about what, since when.

    `as_of` is the latest time that its file knows of.
    """

    prediction_id: str
    intent: str | None
    at: datetime
    as_of: datetime
    scope: LabelScope | None = None


def change_of_answer(given: GivenAnswer, held: Label | None) -> LabelChange | None:
    """What an answer does to the label that is held under its id; None where it is no label, and never was one."""
    if held is None:
        return None if given.intent is None else LabelChange.NEW
    if held.retracted:
        if given.intent is None:
            return None
        # It is there after all in a later file: the one that lacked it did not show all of the project.
        back = given.at >= held.labeled_at or given.as_of > held.labeled_at
        return LabelChange.CHANGED if back else LabelChange.OUTDATED
    if given.intent is None:
        return LabelChange.RETRACTED if given.at >= held.labeled_at else LabelChange.OUTDATED
    says = (given.prediction_id, given.intent, given.scope)
    if says == (held.prediction_id, held.intent, held.scope):
        return LabelChange.UNCHANGED
    return LabelChange.CHANGED if given.at >= held.labeled_at else LabelChange.OUTDATED


def revision_at(at: datetime, held: Label | None) -> int:
    """The revision of an answer that changed then; above that of the label which is held."""
    return max(int((at - EARLIEST).total_seconds()), 0 if held is None else held.revision + 1)
