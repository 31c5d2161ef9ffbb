"""Once a day: are the tickets that people labelled a fair part of those that were drawn?"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from monitor.domain.events.types import Model
from monitor.domain.labelling.labelling import Labelling
from monitor.domain.labelling.unidentified import SkippedTickets
from monitor.domain.sampling.response import Response
from monitor.domain.sampling.skipping import look_at
from monitor.evaluate.ports import LabellingTransaction

LOOK_EVERY = timedelta(days=1)
YOUNGEST, OLDEST = (
    timedelta(days=2),
    timedelta(days=30),
)  # the age at which a drawn ticket should have its label
LATE = 1.5  # times as long as nine of ten labels take


def look_at_draws(
    model: Model, labelling: Labelling, transaction: LabellingTransaction, now: datetime
) -> None:
    """Compare a model's drawn tickets with those of them that were labelled, once they are old enough.

    Cost: a look at an index a day; where there are draws, each of their tickets once.
    """
    known = labelling.response or Response()
    if known.looked_at is not None and abs(now - known.looked_at) < LOOK_EVERY:
        return
    age = min(max(LATE * timedelta(seconds=labelling.maturity_s), YOUNGEST), OLDEST)
    draws = transaction.drawn_tickets(model, known.upto, now - age, age)
    if draws or labelling.response is not None:
        labelling.response = replace(look_at(known, draws), looked_at=now)


def skipped(labelling: Labelling) -> SkippedTickets | None:
    """Why the labels of draws cannot tell recall; None where they can, or where no ticket was drawn."""
    known = labelling.response
    if known is None or not known.found:
        return None
    return SkippedTickets(tuple(sorted(known.found)))
