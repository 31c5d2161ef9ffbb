"""Schemathesis against the document of a room with real data: no 5xx, no answer that is not documented or not true.

`ANCHORWATCH_API_CASES` says how many cases each operation gets, and each kind of page.
"""

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import load_all_checks
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import positive_data_acceptance

from monitor.domain.text.path_segment import to_segment
from tests.app.api_room import ServedApi, served_api
from tests.app.full_room import SHOP, SLASHED

CASES = int(os.environ.get("ANCHORWATCH_API_CASES", "8"))
NAMES = {
    "number": ["1", "2"],
    "model": ["tickets", to_segment(SHOP.name)],
    "environment": ["prod", to_segment(SHOP.environment)],
    "intent": ["erasure", to_segment(SLASHED)],
    "group": ["rare"],
    "name": ["not-found", "2"],
}
"""Names that there are; what is drawn without them is nearly always not there."""
PLACES = (
    "/incidents/{}",
    "/incidents/{}/analysis",
    "/incidents/{}.json",
    "/incidents/{}/tickets.csv",
    "/anchors/{}",
    "/reports/{}",
    "/models/{}/prod",
    "/models/tickets/{}",
    "/models/tickets/prod/intents/{}?version=7&slice={}",
    "/models/tickets/prod/intents/erasure.json?version={}&slice={}",
    "/models/tickets/prod/groups/{}?version={}",
    "/models/tickets/prod?version={}&intent={}",
    "/models/tickets/prod?slice={}&verdict={}",
    "/models/tickets/prod?sort={}",
    "/budget?drop={}&labels={}",
    "/labels/plan?per_day={}&within_days={}",
    "/labels/disputed?model={}",
    "/labels/early?intent={}",
    "/static/{}",
    "/api/v1/{}",
    "/{}",
)
"""Addresses of pages, and what somebody may write into them."""
_repeated = settings(
    max_examples=CASES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
load_all_checks()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedApi]:
    with served_api(tmp_path_factory.mktemp("fuzzed")) as each:
        yield each


def test_nothing_that_can_be_asked_is_answered_otherwise_than_documented(served: ServedApi) -> None:
    document = schemathesis.openapi.from_dict(served.document)
    operations = [found.ok() for found in document.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) > 30
    failures: dict[str, str] = {}
    for operation in operations:
        try:
            _ask(operation, str(served.client.base_url))
        except* AssertionError as err:
            failures[operation.label] = "\n".join(map(str, err.exceptions))
    assert not failures, "\n\n".join(f"{label}\n{why}" for label, why in failures.items())


def _ask(operation: APIOperation[Any, Any, Any, Any], base_url: str) -> None:
    """Ask for one operation in many ways, half of them what the document allows."""

    @_repeated
    @given(st.data())
    def ask(data: st.DataObject) -> None:
        mode = data.draw(st.sampled_from(list(GenerationMode)))
        case = data.draw(operation.as_strategy(generation_mode=mode))
        if case.path_parameters and mode is GenerationMode.POSITIVE:
            for name in list(case.path_parameters):
                case.path_parameters[name] = data.draw(
                    st.sampled_from([case.path_parameters[name], *NAMES[name]])
                )
        # What is sound in form may still be refused in words: a span of time that is none, a key that was used.
        case.call_and_validate(base_url=base_url, excluded_checks=[positive_data_acceptance])

    ask()


@pytest.mark.parametrize("place", PLACES)
def test_whatever_somebody_writes_into_an_address_is_no_defect(served: ServedApi, place: str) -> None:
    client = served.client
    words = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
        ["..", "~", "~1~2", "%00", "=", "a=b", "[", "1e400", "nan", "-1", "*" * 200, "\x00", "\u202e"]
    )

    @_repeated
    @given(st.data())
    def visit(data: st.DataObject) -> None:
        filled = place.format(*(quote(data.draw(words), safe="") for _ in range(place.count("{}"))))
        answer = client.get(filled)
        assert answer.status_code < 500, (filled, answer.text[:300])

    visit()
