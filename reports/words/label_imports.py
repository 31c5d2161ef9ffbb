"""What came of a file of labels, in words."""

from collections.abc import Mapping

from monitor.domain.events.checked import Refused
from monitor.domain.events.misfits import Misfit
from monitor.domain.labelling.imported import KeptLabel, LabelChange, NoLabel
from monitor.domain.text.plain import plain
from reports.words.misfits import worded

LINES = 3  # that are named of those with the same problem
LISTED = 50  # problems; the rest are counted

CHANGES: Mapping[LabelChange, str] = {
    LabelChange.NEW: "new",
    LabelChange.CHANGED: "changed",
    LabelChange.RETRACTED: "taken back",
    LabelChange.UNCHANGED: "as they are held already",
    LabelChange.OUTDATED: "older than what is held",
    LabelChange.AT_ODDS: "refused",
}
NO_LABEL: Mapping[NoLabel, tuple[str, str]] = {
    NoLabel.SKIPPED: ("skipped by the annotator", ""),
    NoLabel.REJECTED: ("rejected by a reviewer", ""),
    NoLabel.NO_CHOICE: ("without a choice", "choose, or skip the task"),
    NoLabel.SEVERAL_CHOICES: (
        "with several choices",
        'let one be chosen: choice="single" in the configuration',
    ),
    NoLabel.UNKNOWN_INTENT: (
        "with a choice that names no intent which a model predicts or an anchor promises",
        "correct the choice; or take it as it is with --new-intents",
    ),
    NoLabel.NO_PREDICTION_ID: ("of a task without data.prediction_id", "keep it in the task's data"),
    NoLabel.UNREADABLE: ("that no event can hold", "see the code beside each"),
}
KEPT: Mapping[KeptLabel, str] = {
    KeptLabel.TASK_ELSEWHERE: (
        "are of tasks of this project that the file does not have: they stay; if it is the whole project, --complete"
        " takes them back"
    ),
    KeptLabel.ANSWERS_LEFT_OUT: (
        "are not in the file, which leaves answers to their tasks out: they stay; export all annotations"
    ),
    KeptLabel.LATER: "are not in the file, and are later than everything in it: they stay",
}


def worded_refusals(path: str, refused: Mapping[Misfit, Refused]) -> list[str]:
    """What is wrong with lines of a file, each problem once, with the first lines that have it."""
    problems = []
    for wrong, lines in sorted(refused.items(), key=lambda each: each[1].lines[0]):
        what, to_do = worded(wrong)
        field = wrong.field.rpartition(".")[2]
        problems.append(f"{path}: {_places(lines)}{f', {field}' if field else ''}: {plain(what)}; {to_do}")
    if len(problems) > LISTED:
        return [*problems[:LISTED], f"{path}: and {len(problems) - LISTED:,} more problems"]
    return problems


def _places(refused: Refused) -> str:
    named = ", ".join(f"{line:,}" for line in refused.lines[:LINES])
    more = refused.count - min(len(refused.lines), LINES)
    return f"line{'s' if refused.count > 1 else ''} {named}" + (f" and {more:,} more" if more else "")
