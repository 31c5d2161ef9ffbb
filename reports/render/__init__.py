"""Blocks in; HTML, Markdown, or tables for a terminal out."""
