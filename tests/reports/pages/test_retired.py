"""An incident whose version was retired: closed, and nobody is told that anything recovered."""

from monitor.domain.incidents.history import MembersChanged, VersionsRetired
from monitor.domain.telling.kinds import NoticeKind
from reports.pages.page import page_of
from tests.notices import data_export_request, gdpr_erasure, later, notice


def test_the_end_of_an_incident_whose_version_was_retired_says_so() -> None:
    member = gdpr_erasure()
    news = notice(member, kind=NoticeKind.RESOLVED, at=later(days=9), reason=VersionsRetired((member.cell,)))
    page = page_of(news)
    assert "retired with its version after" in page.title
    assert "No requests go to tickets v7 (prod) any more; no label says that recall is back." in " ".join(
        page.text.split()
    )
    assert "recovered" not in page.text


def test_a_member_that_retired_while_another_stands_is_not_said_to_have_recovered() -> None:
    stands, gone = gdpr_erasure(), data_export_request()
    why = MembersChanged(retired=(gone.cell,))
    page = page_of(notice(stands, kind=NoticeKind.MEMBER_RECOVERED, over=[gone], reason=why))
    assert "data_export_request retired with its version" in page.title
    assert "recovered" not in page.text.split("gdpr_erasure\n")[0]
