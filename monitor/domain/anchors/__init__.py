"""The offline promise: its numbers, floor, audit and grade."""
