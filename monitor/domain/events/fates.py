"""How what became of an event is called where it is counted, beside `monitor.domain.events.join.Became`."""

REJECTED = "rejected:"  # before the code
MENDED = "mended:"  # before what was put right; such an event counts as taken in, too
UNSENT = "unsent"  # a dead letter that can't be sent
