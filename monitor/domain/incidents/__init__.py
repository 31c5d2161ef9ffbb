"""When an incident opens, changes and closes, and the facts of its members."""
