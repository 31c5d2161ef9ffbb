"""Notifications from the outbox to the sinks, at least once."""
