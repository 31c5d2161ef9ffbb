"""Kafka: records in, dead letters out, and the broker of the demo."""
