"""The configuration: its keys, its rules, and how it is loaded."""
