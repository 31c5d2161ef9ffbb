"""Members as an incident's analysis shows them: by stage, with an audited anchor where one is wanted."""

from typing import Any

from monitor.domain.analysis.analysis import analyze
from monitor.domain.analysis.casefile import CaseFile, Member
from monitor.domain.anchors.grade import Evidence, grade
from monitor.domain.anchors.promise import Measured, Promise
from reports.documents.lifecycle import Stage, stages
from tests.domain.cases import HOUR, NOON


def case_of(member: Member) -> CaseFile:
    return CaseFile(
        incident=1,
        model="tickets",
        environment="prod",
        state="opened",
        opened_at=NOON,
        closed_at=None,
        history=[],
        made_at=NOON + 100 * HOUR,
        members=[member],
    )


def stages_of(member: Member) -> dict[str, Stage]:
    (analysis,) = analyze(case_of(member)).members
    return {stage.name: stage for stage in stages(analysis)}


def audited(**evidence: Any) -> Promise:  # noqa: ANN401
    graded = grade(Evidence(**{"support": 100, "generated": 92, "real": 8, "real_recall": 0.375, **evidence}))
    return Promise(
        Measured(0.88, 100),
        Measured(0.375, 8),
        grade=graded.grade.value,
        grade_reasons=tuple(graded.reasons),
        evidence=graded.evidence,
    )
