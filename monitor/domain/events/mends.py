"""What is put right in an event that is taken in all the same, and counted so that people can be told."""

from enum import StrEnum


class Mend(StrEnum):
    """One thing that was put right. What the judgement needs is never invented: at most a field is left out."""

    NAME_TRIMMED = "name_trimmed"  # blanks around a name, or letters that were not in normal form C
    SCORE_CLIPPED = "score_clipped"  # beyond 0 or 1 by no more than rounding
    SCORE_DROPPED = "score_dropped"  # no number within 0 and 1; nothing is judged by it
    SCORES_DROPPED = "scores_dropped"  # not a number for each intent
    PROBABILITY_CLIPPED = "probability_clipped"  # above 1 by no more than rounding
    PROBABILITY_DROPPED = (
        "probability_dropped"  # beyond 0 and 1, beside a sampling design that is unknown anyway
    )
    SLICE_CUT = "slice_cut"  # a slice's value that is too long counts as `__other__`; its name: not at all
    TEXT_MENDED = "text_mended"  # half of a pair of characters in a text, which is only described
    FIELD_IGNORED = (
        "field_ignored"  # a field that nobody reads is no JSON: NaN, or half of a pair of characters
    )
