"""What programs write, without a database: it remembers what was asked for, and answers with that."""

from collections.abc import Mapping, Sequence

from typing_extensions import override

from monitor.domain.access.requests import KeyedRequest, RequestAnswer
from monitor.domain.labelling.heard import HeardAnnotations, HeardLabels
from monitor.domain.labelling.imported import NoLabel
from monitor.domain.labelling.posted import PostedLabels, RefusedLabel
from monitor.errors import AnchorwatchError, ChangedMeanwhileError
from monitor.review.ports import writing
from monitor.review.ports.writing import AskedWrite

SEEN = {"id": 7, "state": "opened"}
"""Incident 7, as everybody has seen it."""


class FakeWriter(writing.Writer):
    """Has incident 7. What begins with `{` is a label, but where it says `bad`."""

    def __init__(self) -> None:
        self.done: list[tuple[object, ...]] = []
        self.keys: list[KeyedRequest | None] = []
        self.fails: AnchorwatchError | None = None

    @override
    def acknowledge(self, asked: AskedWrite[object], number: int, who: str, why: str) -> RequestAnswer:
        return self._do(asked, "acknowledge", number, who, why)

    @override
    def note(self, asked: AskedWrite[object], number: int, who: str, words: str) -> RequestAnswer:
        return self._do(asked, "note", number, who, words)

    @override
    def resolve(self, asked: AskedWrite[object], number: int, who: str, why: str) -> RequestAnswer:
        return self._do(asked, "resolve", number, who, why)

    @override
    def silence_members(
        self, asked: AskedWrite[object], number: int, who: str, why: str, until: str
    ) -> RequestAnswer:
        return self._do(asked, "silence members", number, who, why, until)

    @override
    def silence(
        self, asked: AskedWrite[object], matchers: Mapping[str, str], who: str, why: str, until: str
    ) -> RequestAnswer:
        return self._do(asked, "silence", dict(matchers), who, why, until)

    @override
    def expire(self, asked: AskedWrite[object], number: int) -> RequestAnswer:
        return self._do(asked, "expire", number)

    @override
    def labels(
        self, asked: AskedWrite[PostedLabels], events: Sequence[bytes], sender: str = ""
    ) -> RequestAnswer:
        self.keys.append(asked.key)
        if self.fails is not None:
            raise self.fails
        self.done.append((f"labels of {sender}" if sender else "labels", *events))
        refused = [
            RefusedLabel(index, "schema_invalid", "bad", "source.kind")
            for index, event in enumerate(events)
            if b"bad" in event
        ]
        return asked.answered(
            PostedLabels(len(events), len(events) - len(refused), 0, 0, 1, {"buug": 2}, refused)
        )

    @override
    def annotations(
        self, asked: AskedWrite[HeardLabels], heard: HeardAnnotations, sender: str
    ) -> RequestAnswer:
        self.keys.append(asked.key)
        if self.fails is not None:
            raise self.fails
        self.done.append((f"annotations of {sender}", heard))
        reasons = [NoLabel.SKIPPED for each in heard.answers if each.annotation.skipped]
        labels = len(heard.answers) - len(reasons)
        return asked.answered(HeardLabels(PostedLabels(labels, labels, 0, 0, 0, {}, []), reasons))

    def _do(self, asked: AskedWrite[object], *words: object) -> RequestAnswer:
        self.keys.append(asked.key)
        if self.fails is not None:
            return self._refused(asked, self.fails)
        if not asked.expects(SEEN):
            return self._refused(asked, ChangedMeanwhileError("incident 7 is no longer as you saw it"))
        self.done.append(words)
        return asked.answered({"done": list(words)})

    @staticmethod
    def _refused(asked: AskedWrite[object], refusal: AnchorwatchError) -> RequestAnswer:
        if asked.key is None:
            raise refusal
        return asked.refused(refusal)
