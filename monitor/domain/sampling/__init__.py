"""Which tickets to label: designs, the draw, and what a plan promises."""
