"""Pure rules and arithmetic: values in, values out; no I/O, no clock, no framework.

Where a docstring says "section 4", it is a section of docs/statistics-reference.md.
"""
