"""What is remembered of a cell, and the verdict on it."""
