"""Recall from labels: tallies, weights, intervals, missed tickets."""
