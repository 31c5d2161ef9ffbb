"""What a webhook gets of suspects: every figure, and as many of them as fit."""

import json

from connectors.sinks.webhook import payload
from reports.pages.page import page_of
from tests.notices import gdpr_erasure, many, suspected


def test_suspects_are_sent_with_their_unrounded_figures() -> None:
    note = suspected(gdpr_erasure())
    data = json.loads(payload(note, page_of(note)))["data"]
    (suspect,) = data["suspects"]
    assert (suspect["intent"], suspect["evidence"], suspect["labels_to_page"]) == ("gdpr_erasure", 0.2, 7.6)
    assert suspect["live"] == {"value": 0.3934, "low": 0.2713, "high": 0.5219}
    assert (data["suspects_left_out"], data["notes_per_year"], data["severity"]) == (0, 12.0, "info")
    crowd = suspected(*many(200, "intent_" + "x" * 200 + "{}"))
    data = json.loads(payload(crowd, page_of(crowd)))["data"]
    assert len(data["suspects"]) + data["suspects_left_out"] == 200
    assert data["suspects_left_out"] > 0
