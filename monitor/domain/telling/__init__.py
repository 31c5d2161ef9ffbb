"""Notices and pages: what people hear, where, and when."""
