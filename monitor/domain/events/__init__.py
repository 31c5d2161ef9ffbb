"""Predictions, labels and outcomes: their types, decoding and joining."""
