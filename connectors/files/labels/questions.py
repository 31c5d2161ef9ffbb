"""Which question of a labelling task is the one about the intent."""

from collections.abc import Collection
from typing import NamedTuple

from connectors.files.anchors.problems import Problems
from monitor.domain.text.nearest import did_you_mean

INTENT = "intent"


class Question(NamedTuple):
    """The name of the Choices tag whose answers are intents."""

    name: str

    @classmethod
    def of(cls, names: Collection[str], wanted: str, problems: Problems) -> "Question":
        """The tag that is `wanted`, or the only one, or the one called `intent`.

        Raises:
            ConfigError: no answer was given to the one that is wanted, or nobody says which of several is meant.
        """
        listed = ", ".join(sorted(names))
        if wanted:
            if names and wanted not in names:
                what = f"holds no choice of a tag {wanted!r}; there is {listed}{did_you_mean(wanted, names)}"
                raise problems.refuse("", what)
            return cls(wanted)
        if len(names) > 1 and INTENT not in names:
            what = f"holds choices of several tags: {listed}; say with --question which of them is the intent"
            raise problems.refuse("", what)
        return cls(INTENT if INTENT in names or not names else next(iter(names)))
