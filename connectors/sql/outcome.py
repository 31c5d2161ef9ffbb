"""The table `outcome`: its columns in one order, as ingest writes them and an evaluation reads them."""

# By name, with its type on PostgreSQL.
_COLUMNS = {
    "seq": "int8",
    "prediction_id": "text",
    "model_id": "int4",
    "ts_us": "int8",
    "predicted": "varchar",
    "intent": "varchar",
    "label_id": "text",
    "labeled_at_us": "int8",
    "kind": "varchar",
    "design": "varchar",
    "probability": "float8",
    "slices": "text",
    "digest": "bytea",
    "customer": "int8",
    "first_intent": "varchar",
    "agreed": "bool",
    "answers": "text",
}
# What the join alone needs: which label holds, and whether a prediction comes again.
_OF_THE_JOIN = {"label_id", "digest"}

OUTCOME = ", ".join(_COLUMNS)
OUTCOME_TYPES = tuple(_COLUMNS.values())
EVALUATED_COLUMNS = tuple(name for name in _COLUMNS if name not in _OF_THE_JOIN)
EVALUATED = ", ".join(EVALUATED_COLUMNS)
