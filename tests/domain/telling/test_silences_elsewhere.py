"""A page is known elsewhere where every one of its alerts is silenced there, and until the first silence ends."""

from collections.abc import Mapping
from datetime import timedelta

from monitor.domain.telling.silences_elsewhere import (
    KnownElsewhere,
    ReadSilences,
    SilencedAlert,
    SilenceElsewhere,
    known_elsewhere,
)
from tests.notices import AT

HOUR = timedelta(hours=1)
ERASURE, EXPORT = ({"intent": name, "severity": "critical"} for name in ("erasure", "export"))


def silence(number: str, hours: float = 8, begins: float = -1, author: str = "ana") -> SilenceElsewhere:
    return SilenceElsewhere(
        sink="am",
        id=number,
        matchers=['intent="erasure"'],
        author=author,
        reason="known",
        begins=AT + begins * HOUR,
        ends=AT + hours * HOUR,
        read_at=AT,
    )


def known(
    silences: list[SilenceElsewhere], *quiet: tuple[Mapping[str, str], list[str]], standing: object = None
) -> KnownElsewhere | None:
    alerts = [SilencedAlert(labels, by) for labels, by in quiet]
    pages = [ERASURE, EXPORT] if standing is None else standing
    return known_elsewhere("am", pages, ReadSilences(silences, alerts), AT)  # type: ignore[arg-type]


def test_every_alert_must_be_silenced() -> None:
    one = silence("s1")
    assert known([one], (ERASURE, ["s1"])) is None
    both = known([one], (ERASURE, ["s1"]), (EXPORT, ["s1"]))
    assert both == KnownElsewhere("am", ("s1",), ("ana",), ("known",), AT + 8 * HOUR)
    assert known([one], (ERASURE, ["s1"]), standing=[]) is None


def test_alerts_of_other_labels_are_not_ours() -> None:
    other = {**ERASURE, "severity": "warning"}
    assert known([silence("s1")], (other, ["s1"]), standing=[ERASURE]) is None


def test_of_several_silences_the_longest_holds_an_alert_and_the_first_to_end_the_page() -> None:
    silences = [silence("s1", 2), silence("s2", 6, author="ben"), silence("s3", 4, author="cy")]
    both = known(silences, (ERASURE, ["s1", "s2"]), (EXPORT, ["s3"]))
    assert both is not None
    assert (both.silences, both.authors, both.until) == (("s2", "s3"), ("ben", "cy"), AT + 4 * HOUR)


def test_a_silence_counts_from_its_begin_to_its_end() -> None:
    for begins, ends, counts in ((0.0, 1.0, True), (0.1, 1.0, False), (-1.0, 0.0, False)):
        found = known([silence("s1", ends, begins)], (ERASURE, ["s1"]), standing=[ERASURE])
        assert (found is not None) is counts
