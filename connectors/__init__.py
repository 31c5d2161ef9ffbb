"""The edges: the only place that knows Kafka, SQL and HTTP."""
