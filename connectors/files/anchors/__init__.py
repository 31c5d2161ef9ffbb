"""Offline numbers and worksheets read from files."""
