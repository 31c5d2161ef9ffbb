"""Cells as the API sends them: what `anchorwatch status --json` prints of each."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from connectors.web.api.shapes.sent import as_sent
from monitor.domain.analysis.label_days import LabelDay
from monitor.domain.detection.early_sign import EarlySign
from monitor.domain.judging.judge import Coverage, Verdict
from monitor.domain.judging.reasons import BlindCause
from monitor.domain.recall.compare import CanaryVerdict
from monitor.domain.recall.corrected import CorrectedRecall
from monitor.domain.recall.estimate import Method
from monitor.domain.recall.weak import WeakRecall

SentCorrections = as_sent(CorrectedRecall)
SentWeakRecall = as_sent(WeakRecall)


class SentRecall(msgspec.Struct, kw_only=True):
    """A recall that was measured offline, over `support` examples."""

    recall: float
    support: int


class SentLiveRecall(msgspec.Struct, kw_only=True):
    """Recall since the release, with its interval; null without outcomes. Labels count as `effective_n` alike ones."""

    recall: float | None
    low: float | None
    high: float | None
    interval: Method
    hits: int
    misses: int
    effective_n: float


class SentAbstentions(msgspec.Struct, kw_only=True):
    """How many of the version's predictions gave no answer."""

    predictions: int
    abstained: int
    share: float


class SentOutOfScope(msgspec.Struct, kw_only=True):
    """The model's labelled tickets of no intent: `accepted` ones were wrongly taken for one, the rest got no answer."""

    tickets: int
    abstained: int
    accepted: int
    share_accepted: float
    low: float
    high: float
    at_all_times: bool
    accepted_as: Mapping[str, int]


class SentClustering(msgspec.Struct, kw_only=True):
    """One customer's tickets miss together: `icc`, how many come at a time, and how much less they say."""

    icc: float
    at_a_time: float
    design_effect: float


class SentSkipping(msgspec.Struct, kw_only=True):
    """Drawn tickets are labelled otherwise than by chance: in what they differ, how many were drawn, and labelled."""

    skews: Sequence[str]
    drawn: int
    labelled: int


class SentComparison(msgspec.Struct, kw_only=True):
    """Two versions' recall of one intent: `difference` is the new one's less the old one's."""

    model: str
    environment: str
    intent: str
    new: str
    old: str
    difference: float
    low: float
    high: float
    says: CanaryVerdict


class SentComplaints(msgspec.Struct, kw_only=True):
    """Tickets that people complained of as missed, and what recall is at most because of them."""

    confirmed: int
    recall_at_most: float


class SentEarlyNote(msgspec.Struct, kw_only=True):
    """A sign that demand for an intent fell, or its recall, before any label told."""

    model: str
    version: str
    environment: str
    intent: str
    sign: EarlySign
    begun: datetime
    noted: datetime
    told: datetime | None
    ended: datetime | None
    usual: float
    recent: float
    fallen: float
    predicted: int
    total: int
    elsewhere: Sequence[str]


class SentUnconfirmed(msgspec.Struct, kw_only=True):
    """An incident of the cell that a person ended, and what labels say since."""

    incident: int
    resolved_by: str
    resolved_at: datetime
    recall: float | None
    low: float | None
    high: float | None
    labels: int


class SentCellFigures(msgspec.Struct, kw_only=True):
    """A cell as it was last judged, every number unrounded.

    `slice` is null for the whole intent; `group` and `members` are there where the cell is a group of intents.
    `no_answer` of its misses got none. `evidence` is what the bet has won as a share of a page.
    `days_until_a_fall_is_seen` is null where no fall would be.
    `reasons` and `watched` are for people.
    """

    model: str
    version: str
    environment: str
    intent: str
    slice: str | None
    group: str | None
    members: Sequence[str] | None
    verdict: Verdict
    coverage: Coverage
    blind_because: BlindCause | None
    days_until_a_fall_is_seen: float | None
    reasons: Sequence[str]
    watched: str | None
    pages: bool
    offline: SentRecall | None
    offline_real: SentRecall | None
    floor: float | None
    live: SentLiveRecall
    weighted: bool
    identified: bool
    maturity_days: float | None
    evidence: float | None
    money_per_day: float | None
    since_release: float | None
    onset: datetime | None
    no_answer: int
    misses_to: Mapping[str, int]


class SentCellStatus(SentCellFigures, kw_only=True):
    """A cell with what stands beside it: when it was judged, its broken slices by verdict, and what else is known."""

    judged_at: datetime | None
    unjudged: int
    abstentions: SentAbstentions | None
    out_of_scope: SentOutOfScope | None
    clustered: SentClustering | None
    skipped: SentSkipping | None
    compared: SentComparison | None
    broken_slices: Mapping[str, Verdict]
    retired: bool
    complaints: SentComplaints | None
    corrections: SentCorrections | None  # type: ignore[valid-type]
    weak: SentWeakRecall | None  # type: ignore[valid-type]
    early: Sequence[SentEarlyNote]
    unconfirmed: SentUnconfirmed | None


class SentRecallStep(msgspec.Struct, kw_only=True):
    """`labelled` tickets one after the other, the last from `tickets_until`; recall is of all since the release."""

    tickets_until: datetime
    labelled: int
    missed: int
    recall: float
    low: float
    high: float


class SentWonEvidence(msgspec.Struct, kw_only=True):
    """What the bet had won after so many labels, at that time, as a share of a page; and whether it had paged."""

    labels: int
    at: datetime
    evidence: float
    paged: bool


class SentCellLook(SentCellFigures, kw_only=True):
    """One cell looked at: its recall step by step, the evidence in its `course`, its labels by the day, where the
    anchor's misses went, and the incidents it was in, the newest first."""

    steps: Sequence[SentRecallStep]
    course: Sequence[SentWonEvidence]
    label_days: Sequence[LabelDay]
    corrections: SentCorrections | None  # type: ignore[valid-type]
    anchor_misses_to: Mapping[str, int]
    incidents: Sequence[int]
