"""Incidents, as the evaluator and people on call write them."""
