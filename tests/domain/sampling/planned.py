"""Intents to plan labels for, as the tests of plans share them."""

from monitor.domain.sampling.foretold import PlannedIntent
from monitor.domain.sampling.wanted import Wanted

TRAFFIC = {"erasure": 22.0, "export": 10.0, "cancel": 180.0, "feature": 220.0, "billing": 1568.0}
MONEY = 0.5 / 20 / 365
ERASURE = PlannedIntent(Wanted("erasure", 0.8, {"cancel": 3, "feature": 2}), 0.78, 0.88, 0.39, MONEY, own=22)
EXPORT = PlannedIntent(Wanted("export", 0.8, {"feature": 4}), 0.75, 0.86, 0.39, MONEY, own=10)
