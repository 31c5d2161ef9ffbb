"""Random streams of events: what an exhaustive look at the rules of the join is drawn from."""

from hypothesis import strategies as st

from monitor.domain.events.joined import Draw
from monitor.domain.events.names import NO_INTENT
from monitor.domain.events.types import Design, Kind, LabelScope, Model, PredictionKey
from tests.domain.events.joining import MODEL, SHADOW, Drawn, label, prediction

FURTHER, THE_REST = Model("tickets", "__other__"), Model("__other__", "__other__", "__other__")
MODELS = st.sampled_from(
    [MODEL, MODEL, SHADOW, Model("tickets", "7", "staging"), Model("triage", "7"), FURTHER, THE_REST]
)
SCOPES = st.one_of(
    st.none(),
    st.builds(
        LabelScope,
        st.sampled_from([None, "tickets"]),
        st.sampled_from([None, "7", "8"]),
        st.sampled_from([None, "prod"]),
    ),
)
PREDICTIONS = st.builds(
    prediction,
    st.sampled_from(["p1", "p2", "p3"]),
    digest=st.sampled_from([b"d", b"d", b"d", b"e"]),
    model=MODELS,
)
LABELS = st.builds(
    label,
    st.sampled_from(["l1", "l2", "l3"]),
    st.sampled_from(["p1", "p1", "p2", "p3"]),
    st.sampled_from(["refund", "cancel", NO_INTENT]),
    hour=st.integers(1, 3),
    revision=st.integers(1, 3),
    retracted=st.sampled_from([False, False, True]),
    kind=st.sampled_from(Kind),
    scope=SCOPES,
    annotator=st.sampled_from([None, "ann", "bob"]),
    design=st.sampled_from([Design.UNKNOWN, Design.UNKNOWN, Design.UNIFORM]),
)
INLINE = st.builds(lambda label, model: (prediction(label.prediction_id, model=model), label), LABELS, MODELS)
STREAMS = st.lists(st.one_of(PREDICTIONS, LABELS, LABELS, INLINE), max_size=30)

IDS, TWO_MODELS = st.sampled_from(["p1", "p1", "p2"]), st.sampled_from([MODEL, MODEL, SHADOW])
DRAWN_LABELS = st.builds(
    label,
    st.sampled_from(["l1", "l2"]),
    IDS,
    st.sampled_from(["refund", "cancel"]),
    hour=st.integers(1, 3),
    revision=st.integers(1, 3),
    retracted=st.sampled_from([False, False, False, True]),
    kind=st.sampled_from([Kind.HUMAN, Kind.HUMAN, Kind.ADJUDICATED, Kind.WEAK]),
    scope=st.sampled_from([None, None, LabelScope(version="8")]),
    design=st.sampled_from([Design.UNKNOWN, Design.UNKNOWN, Design.UNKNOWN, Design.UNIFORM]),
    probability=st.sampled_from([None, None, None, 0.5]),
)
DRAWS = st.builds(
    Drawn,
    st.builds(PredictionKey, IDS, TWO_MODELS),
    st.builds(Draw, st.sampled_from([Design.BY_PREDICTION, Design.BY_SCORE]), st.sampled_from([0.02, 0.9])),
)
DRAWN_PREDICTIONS = st.builds(prediction, IDS, model=TWO_MODELS)
DRAWN_STREAMS = st.lists(
    st.one_of(DRAWN_PREDICTIONS, DRAWN_LABELS, DRAWN_LABELS, DRAWS), min_size=8, max_size=25
)
