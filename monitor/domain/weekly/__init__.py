"""Weeks, and a week's reliability report."""
