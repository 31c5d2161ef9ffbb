"""Events of any shape: where a field of ours lies in a record of theirs, and what it becomes."""
