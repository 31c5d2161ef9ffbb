"""Labels: which to get, how they come in from tools, and whether to believe them."""
