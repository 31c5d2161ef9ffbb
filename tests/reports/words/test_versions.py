"""Two versions side by side, in a sentence."""

from monitor.domain.recall.compare import RecallDifference
from monitor.domain.recall.estimate import Interval
from reports.words.versions import compared


def test_what_people_read_of_two_versions() -> None:
    def say(value: float | None, low: float, high: float) -> str:
        return compared("gdpr_erasure", "8", "7", RecallDifference(value, Interval(low, high)))

    assert say(None, -1, 1) == "v8 and v7 cannot be compared on gdpr_erasure: one has no labels"
    assert say(-0.1, -0.3, 0.1) == (
        "v8 and v7 cannot be told apart on gdpr_erasure: the difference in recall lies between -0.30 and +0.10"
    )
    assert say(-0.49, -0.65, -0.31) == (
        "v8 finds fewer gdpr_erasure than v7: recall is 0.49 lower (0.31 to 0.65)"
    )
    assert say(0.2, 0.05, 0.33) == "v8 finds more gdpr_erasure than v7: recall is 0.20 higher (0.05 to 0.33)"
