"""The ids of labels that annotations are: what they hold, so that it can be told from them again."""

from typing import NamedTuple

_BEGIN = "ls:"


class AnnotationId(NamedTuple):
    """An annotation of a labelling tool, in its project; `task` is "" where nobody kept it.

    >>> str(AnnotationId("eu", "100", "7"))
    'ls:eu:100/7'
    >>> AnnotationId.of("ls:eu:100/7").task
    '7'
    >>> AnnotationId.of("ls:eu:2:100")  # from when projects had colons, and tasks were not kept
    AnnotationId(project='eu:2', annotation='100', task='')
    """

    project: str
    annotation: str
    task: str = ""

    @classmethod
    def of(cls, label_id: str) -> "AnnotationId":
        """What a label's id says."""
        project, _, numbers = label_id.removeprefix(_BEGIN).rpartition(":")
        annotation, _, task = numbers.partition("/")
        return cls(project, annotation, task)

    def __str__(self) -> str:
        return f"{_BEGIN}{self.project}:{self.annotation}" + (f"/{self.task}" if self.task else "")


def begin_of(project: str) -> str:
    """How the ids of a project's labels begin. Those of another, whose name goes on with a colon, begin so, too."""
    return f"{_BEGIN}{project}:"
