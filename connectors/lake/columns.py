"""What an archive's Parquet files hold: a row per prediction that arrived, and a row per revision of a label.

Files lie by day: `predictions/day=2026-11-22/…parquet` by when the model said it, `labels/day=2026-11-23/…parquet`
by when the label came. What is written twice, or came in several revisions, may stand in several files: whoever joins
them decides, as ingest does.
"""

import pyarrow as pa

FORMAT = 1
"""The layout's number; it goes up when a reader of the last could be wrong about a file of the new."""

_WHEN = pa.timestamp("us", tz="UTC")

PREDICTIONS = pa.schema(
    [
        pa.field("prediction_id", pa.string(), nullable=False),
        pa.field("model", pa.string(), nullable=False),
        pa.field("version", pa.string(), nullable=False),
        pa.field("environment", pa.string(), nullable=False),
        pa.field("ts", _WHEN, nullable=False),
        pa.field("predicted", pa.string(), nullable=False),  # as ingest names it: also no answer
        pa.field("answers", pa.list_(pa.string())),  # all intents, where several were predicted
        pa.field("score", pa.float64()),
        pa.field("slices", pa.map_(pa.string(), pa.string())),
        pa.field("customer", pa.int64()),  # 63 bits of a keyed hash
        pa.field("subjects", pa.list_(pa.string())),  # keyed hashes: whom its id is about, for erasure
        pa.field("draw_design", pa.string()),  # where it was drawn for labelling, and how probably
        pa.field("draw_probability", pa.float64()),
        pa.field("digest", pa.binary(16)),  # of its content: tells a repeat from a conflict
        pa.field("arrival", pa.int64(), nullable=False),  # in order: microseconds, or places in a log
        pa.field("seq", pa.int64()),  # the order of completion, where its outcome was complete by then
    ]
)

LABELS = pa.schema(
    [
        pa.field("label_id", pa.string(), nullable=False),
        pa.field("prediction_id", pa.string(), nullable=False),
        pa.field("intent", pa.string(), nullable=False),
        pa.field("labeled_at", _WHEN, nullable=False),
        pa.field("revision", pa.int64(), nullable=False),
        pa.field("retracted", pa.bool_(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("design", pa.string(), nullable=False),
        pa.field("probability", pa.float64()),
        pa.field("scope_model", pa.string()),  # the model that it is about, where it says so
        pa.field("scope_version", pa.string()),
        pa.field("scope_environment", pa.string()),
        pa.field("annotator", pa.string()),
        pa.field("arrival", pa.int64(), nullable=False),
    ]
)
