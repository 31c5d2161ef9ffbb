"""What `anchorwatch doctor` says of the tickets that were drawn for labelling."""

from collections.abc import Mapping

from monitor.app.findings import CheckResult, CheckStatus
from monitor.domain.events.types import Model
from monitor.domain.sampling.beside import LabelsBeside
from monitor.domain.sampling.response import Response
from reports.words.labelling import beside, skipping


def drawn_tickets(skipped: Mapping[Model, Response]) -> list[CheckResult]:
    """Which labellers skip some of the tickets that were drawn for them. Nothing to say where nobody does."""
    return [
        CheckResult(
            "drawn tickets",
            CheckStatus.BAD,
            skipping(model, seen),
            "have every drawn ticket labelled, or begin at the top of a draw's file and leave none out",
        )
        for model, seen in sorted(skipped.items())
    ]


def beside_draws(labels: Mapping[Model, LabelsBeside]) -> list[CheckResult]:
    """Which models' labels come beside the draws, and do not say how their tickets were chosen, as soon as many do."""
    return [
        CheckResult(
            "labels beside draws",
            CheckStatus.WARNING,
            beside(model, seen),
            "label what is drawn and nothing else, send sampling.design and sampling.probability with the other labels,"
            " or draw no more",
        )
        for model, seen in sorted(labels.items())
        if seen.many
    ]
