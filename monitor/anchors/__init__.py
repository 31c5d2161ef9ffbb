"""Offline numbers: imported, audited, activated."""
