"""What is read by the API: it is not sent again where it is known, and lists come in parts that lead on."""

import re
from collections.abc import Iterator

import pytest

from monitor.review.ports.incidents import AskedIncidents
from tests.connectors.web.api.asking import Asking, asking, code_of


@pytest.fixture(scope="module")
def opened() -> Iterator[Asking]:
    with asking(login=False) as each:
        yield each


def test_what_a_client_has_is_not_sent_again(opened: Asking) -> None:
    first = opened.client.get("/api/v1/incidents/7")
    tag = first.headers["etag"]
    assert re.fullmatch(r'"[0-9a-f]{32}"', tag)
    assert first.headers["cache-control"] == "private, no-cache"
    for known in (tag, f'"x", {tag}', f"W/{tag}", "*"):
        again = opened.client.get("/api/v1/incidents/7", headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    for other in ('"x"', "", tag.strip('"'), f"{tag}x"):
        assert opened.client.get("/api/v1/incidents/7", headers={"If-None-Match": other}).status_code == 200


def test_what_is_another_object_has_another_tag(opened: Asking) -> None:
    tags = {
        opened.client.get(f"/api/v1/incidents{part}").headers["etag"]
        for part in ("/7", "", "?limit=3", "?limit=3&offset=1")
    }
    assert len(tags) == 4


def test_the_parts_of_a_list_lead_from_one_to_the_next_and_are_the_whole_in_its_order(opened: Asking) -> None:
    place, seen = "/api/v1/incidents?limit=90&state=open", list[int]()
    while place:
        answer = opened.client.get(place)
        assert answer.headers["x-total-count"] == "250"
        seen += answer.json()
        following = re.search(r'<([^>]+)>; rel="next"', answer.headers.get("link", ""))
        place = following[1] if following else ""
    assert seen == opened.room.listed
    assert opened.room.asked_state is AskedIncidents.OPEN


def test_a_part_leads_back(opened: Asking) -> None:
    link = opened.client.get("/api/v1/incidents?limit=100&offset=150").headers["link"]
    first, before = "</api/v1/incidents?limit=100&offset=0>", "</api/v1/incidents?limit=100&offset=50>"
    assert link == f'{first}; rel="first", {before}; rel="prev"'


def test_a_part_is_a_hundred_unless_another_size_is_asked_for_and_never_more_than_five(
    opened: Asking,
) -> None:
    assert len(opened.client.get("/api/v1/incidents").json()) == 100
    assert len(opened.client.get("/api/v1/incidents?limit=500").json()) == 250
    for asked in ("limit=501", "limit=-1", "limit=x", "offset=-1", f"offset={2**70}"):
        assert code_of(opened.client.get(f"/api/v1/incidents?{asked}")) == "invalid"


def test_behind_the_end_there_is_nothing(opened: Asking) -> None:
    answer = opened.client.get("/api/v1/incidents?offset=250")
    assert (answer.status_code, answer.json()) == (200, [])
    assert "next" not in answer.headers["link"]


def test_what_can_be_read_can_be_asked_about_without_its_bytes(opened: Asking) -> None:
    whole, about = opened.client.get("/api/v1/incidents/7"), opened.client.head("/api/v1/incidents/7")
    assert (about.status_code, about.content) == (200, b"")
    assert about.headers["etag"] == whole.headers["etag"]
