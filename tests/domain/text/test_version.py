"""A version stands with one `v` in front, whoever wrote it there."""

import pytest

from monitor.domain.events.types import Model
from monitor.domain.recall.compare import RecallDifference
from monitor.domain.recall.estimate import Interval
from monitor.domain.text.version import version_text
from reports.words.versions import compared


@pytest.mark.parametrize(("version", "text"), [("7", "v7"), ("v2", "v2"), ("canary", "canary"), ("", "")])
def test_only_a_version_that_begins_with_a_digit_gets_a_v(version: str, text: str) -> None:
    assert version_text(version) == text


def test_a_model_of_a_version_that_has_its_v_is_named_with_that_one() -> None:
    assert str(Model("triage", "v2")) == "triage v2 (prod)"
    assert str(Model("triage", "2")) == "triage v2 (prod)"


def test_versions_that_have_their_v_are_compared_by_their_names() -> None:
    worse = RecallDifference(-0.49, Interval(-0.65, -0.31))
    assert compared("erasure", "v2", "v1", worse).startswith("v2 finds fewer erasure than v1: ")
