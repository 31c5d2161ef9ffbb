"""What decoding costs: no more than in proportion to a record's bytes, whatever fills them."""

import json
import time
from contextlib import suppress
from typing import Any

import pytest

from monitor.domain.events.decode import decode
from monitor.errors import DecodeError
from tests.domain.events.records import PREDICTION


@pytest.mark.parametrize("filler", ["\ud83d", " ", "\n", "語", "\u0308", "a\u0308"])
@pytest.mark.parametrize("field", ["text", "prediction_id", "trace", "slices", "model", "intent"])
def test_a_record_costs_in_proportion_to_its_bytes(field: str, filler: str) -> None:
    def seconds(count: int) -> float:
        long = filler * count
        content: dict[str, Any] = {
            "text": {"text": long},
            "prediction_id": {"prediction_id": long},
            "trace": {"trace": long},
            "slices": {"slices": {long: long}},
            "model": {"model": {"name": long, "version": "7"}},
            "intent": {"predicted": {"intent": long}},
        }
        value = json.dumps(PREDICTION | content[field]).encode()
        begun = time.process_time()
        with suppress(DecodeError):
            decode(value, "prediction", 10**7)
        return time.process_time() - begun

    seconds(100)
    once, twice = (min(seconds(count) for _ in range(3)) for count in (50_000, 100_000))
    assert twice < 4 * once + 0.02
