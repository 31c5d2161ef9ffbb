"""The brain of Anchorwatch: a pure domain, the use cases over it, and the wiring."""

__version__ = "0.1.0"
