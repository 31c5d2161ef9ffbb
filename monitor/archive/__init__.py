"""Predictions and labels written into an archive before retention drops them."""
