"""Files of drawn tickets: one format a file, and what writes them."""
