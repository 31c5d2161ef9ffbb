"""In: nothing. Out: the support team's twelve intents, their tickets in the history and share of traffic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class IntentPlan:
    """One intent: real tickets in the history, and its share of live traffic."""

    name: str
    history: int
    live_share: float


PLANS: Final[tuple[IntentPlan, ...]] = (
    IntentPlan("cancel_account", 410, 0.215),
    IntentPlan("feature_request", 400, 0.210),
    IntentPlan("billing_question", 390, 0.205),
    IntentPlan("login_problem", 92, 0.055),
    IntentPlan("refund_request", 84, 0.050),
    IntentPlan("bug_report", 80, 0.048),
    IntentPlan("integration_help", 76, 0.046),
    IntentPlan("invite_teammate", 72, 0.046),
    IntentPlan("invoice_copy", 64, 0.045),
    IntentPlan("outage_report", 60, 0.043),
    IntentPlan("gdpr_erasure", 38, 0.019),
    IntentPlan("data_export_request", 34, 0.018),
)
NAMES: Final = tuple(plan.name for plan in PLANS)
COMMON: Final = NAMES[:3]
RARE: Final = NAMES[-2:]
