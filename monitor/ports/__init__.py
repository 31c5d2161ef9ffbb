"""The contracts between the use cases and the edges. Implementations add no promises of their own."""

from monitor.ports.analysing import AnalysisStore, AuditStore, Holding, LiveTickets
from monitor.ports.evaluating import (
    CellHits,
    Delays,
    EvaluationStore,
    EvaluationTransaction,
    OpenIncident,
    RevisedOutcome,
)
from monitor.ports.history import History, PastOutcome
from monitor.ports.ingesting import Claimed, IngestStore, IngestTransaction
from monitor.ports.keeping import AnchorStore, Erased, ErasureStore, ListedAnchor
from monitor.ports.reporting import Frames, WeekFrames, WeekStore
from monitor.ports.sources import DeadLetters, EventSource, Poll
from monitor.ports.telling import (
    CellStatus,
    Complaints,
    Due,
    EventCount,
    IncidentStatus,
    ModelLabels,
    Outbox,
    SilenceStore,
    Sink,
    SinkRecord,
)

__all__ = [
    "AnalysisStore",
    "AnchorStore",
    "AuditStore",
    "CellHits",
    "CellStatus",
    "Claimed",
    "Complaints",
    "DeadLetters",
    "Delays",
    "Due",
    "Erased",
    "ErasureStore",
    "EvaluationStore",
    "EvaluationTransaction",
    "EventCount",
    "EventSource",
    "Frames",
    "History",
    "Holding",
    "IncidentStatus",
    "IngestStore",
    "IngestTransaction",
    "ListedAnchor",
    "LiveTickets",
    "ModelLabels",
    "OpenIncident",
    "Outbox",
    "PastOutcome",
    "Poll",
    "RevisedOutcome",
    "SilenceStore",
    "Sink",
    "SinkRecord",
    "WeekFrames",
    "WeekStore",
]
