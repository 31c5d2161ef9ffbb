"""How labels come: their design, delay, rhythm, and what they can tell."""
