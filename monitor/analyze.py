"""Use case 8: what explains an incident, as far as what was known of its tickets reaches."""

from collections.abc import Sequence

import msgspec
import numpy as np

from monitor.domain.causes import Cause, explain, tickets
from monitor.domain.notices import MemberFacts
from monitor.ports import AnalysisStore

SEED = 1  # the same incident gives the same answer


class MemberAnalysis(msgspec.Struct, frozen=True):
    """One member: its labelled tickets since the onset, and the slices that explain the misses.

    `attributes` are the names that could explain anything; `compared` how many anchor examples it was held to.
    """

    member: MemberFacts
    labelled: int
    missed: int
    attributes: Sequence[str]
    compared: int
    causes: Sequence[Cause]


def analyze(store: AnalysisStore, members: Sequence[MemberFacts]) -> list[MemberAnalysis]:
    """Explain each member by the attributes (`slices`) that its events carry."""
    found = []
    for member in members:
        live, offline = store.outcomes(member.cell, member.onset_seq), store.examples(member.cell)
        seen = tickets([one.attributes for one in live], [one.missed for one in live])
        anchor = tickets([one.attributes for one in offline], [one.missed for one in offline])
        # An anchor whose examples carry none of these attributes can tell nothing of them.
        told = anchor if set(anchor.names) & set(seen.names) else None
        causes = explain(seen, told, rng=np.random.default_rng(SEED)) if seen.names else []
        found.append(
            MemberAnalysis(
                member, len(live), int(seen.missed.sum()), seen.names, len(offline) if told else 0, causes
            )
        )
    return found
