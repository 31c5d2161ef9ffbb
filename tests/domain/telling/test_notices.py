"""Notices: each has a single subject, and keeps its ids."""

from datetime import timedelta

import msgspec
import pytest

from monitor.domain.events.types import Model
from monitor.domain.telling.about import IncidentNews, NewVersion
from monitor.domain.telling.example import example_notice
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.routing import Severity
from tests.notices import AT, TICKETS, concern, data_export_request, gdpr_erasure, notice, of_kind

KEY = "a3f0c2d4e5b60718a3f0c2d4e5b60718"


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_a_notice_of_every_kind_comes_back_from_json_as_it_was(kind: NoticeKind) -> None:
    made = of_kind(kind)
    text = msgspec.json.encode(made)
    assert msgspec.json.encode(msgspec.json.decode(text, type=Notice)) == text
    assert msgspec.json.decode(text, type=Notice).kind is kind


def test_what_it_is_about_and_why_it_is_sent_must_fit() -> None:
    with pytest.raises(ValueError, match=r"NewVersion is never told as cells\.blind"):
        msgspec.structs.replace(concern(NoticeKind.BLIND, ("refund", "why")), about=NewVersion(model=TICKETS))
    with pytest.raises(ValueError, match=r"IncidentNews is never told as sink\.failed"):
        notice(kind=NoticeKind.SINK_FAILED)


def test_only_news_of_an_incident_has_its_number_and_only_what_is_about_a_model_has_a_model() -> None:
    numbers = {kind: of_kind(kind).incident for kind in NoticeKind}
    assert {kind for kind, number in numbers.items() if number is None} == {
        NoticeKind.BLIND,
        NoticeKind.SUSPECT,
        NoticeKind.EARLY,
        NoticeKind.STALE,
        NoticeKind.FLOWING,
        NoticeKind.SINK_FAILED,
        NoticeKind.SINK_WORKING,
        NoticeKind.VERSION,
        NoticeKind.REPORT,
        NoticeKind.TEST,
    }
    models = {kind: of_kind(kind).model for kind in NoticeKind}
    assert {kind for kind, model in models.items() if model is None} == {
        NoticeKind.SINK_FAILED,
        NoticeKind.SINK_WORKING,
        NoticeKind.REPORT,
    }


def test_ids_are_those_that_every_version_made() -> None:
    """Computed by the code of before: a notice that waits or stands is known again after an upgrade."""
    news = notice(gdpr_erasure(), data_export_request()).about
    assert isinstance(news, IncidentNews)
    page = Notice.of_incident(NoticeKind.OPENED, news, KEY, AT, severity=Severity.CRITICAL)
    assert (page.dedup_key, page.id) == (KEY, "186e8f314d057d3f72e5068bfe4e15c2")
    stale = concern(NoticeKind.STALE, ("gdpr_erasure", "no labels for 4 days"))
    assert (stale.dedup_key, stale.id) == (
        "7b45f49a5c4a9bbb44ec2b20baa95119",
        "967d08be8a87f6183377775707db7c41",
    )
    assert of_kind(NoticeKind.SINK_FAILED).id == "b0f268cf9f0be30507de97be0480f2a5"
    assert Notice.of_version(Model("tickets", "8", "prod"), AT).id == "32bf55f517eaa6c4d00a2822f3754d05"
    assert example_notice(AT, 1.0).id == "889260fd9e9dc91b4d0ee4bab4322fe0"
    assert of_kind(NoticeKind.REPORT).id == "8a6a5a0c31e0439441282da3911a0364"


def test_the_same_concern_has_one_key_from_its_beginning_to_its_end_and_one_severity() -> None:
    stale = concern(NoticeKind.STALE, ("refund", "no labels for 4 days"))
    flowing = concern(NoticeKind.FLOWING, ("refund", "they come again"), at=AT + timedelta(days=1))
    blind = concern(NoticeKind.BLIND, ("refund", "too few labels"))
    assert stale.dedup_key == flowing.dedup_key != blind.dedup_key
    assert stale.id != flowing.id
    assert stale.severity is flowing.severity is Severity.WARNING
    assert blind.severity is Severity.INFO


def test_a_sinks_trouble_has_one_id_for_each_notification_that_it_did_not_take() -> None:
    first = Notice.of_sink("slack", "answered 503", "n1:slack", AT)
    again = Notice.of_sink("slack", "answered 500", "n1:slack", AT + timedelta(hours=1))
    other = Notice.of_sink("slack", "answered 503", "n2:slack", AT)
    assert first.id == again.id != other.id
    assert first.dedup_key == other.dedup_key
