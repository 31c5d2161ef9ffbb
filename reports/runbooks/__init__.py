"""What to do about each thing that people are told: a page each, shipped with the package."""
