"""An incident's analysis as the API sends it."""

from collections.abc import Sequence
from types import GenericAlias

import msgspec

from connectors.web.api.shapes.cells import SentCorrections, SentWeakRecall
from connectors.web.api.shapes.incidents import SentLine
from connectors.web.api.shapes.sent import as_sent
from monitor.domain.analysis.analysis import Analysis, MemberAnalysis


class SentStage(msgspec.Struct, kw_only=True):
    """One stage of the life of a cell's examples: what was `found`, and what is left `open` for a person."""

    name: str
    question: str
    found: Sequence[str]
    open: Sequence[str]


_members = as_sent(
    MemberAnalysis,
    grade_reasons=list[str],
    lifecycle=list[SentStage],
    corrections=SentCorrections | None,
    weak=SentWeakRecall | None,
)
SentAnalysis = as_sent(Analysis, history=list[SentLine], members=GenericAlias(list, (_members,)))
