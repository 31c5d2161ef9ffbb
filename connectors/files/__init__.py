"""Events, tickets and reports as files."""
