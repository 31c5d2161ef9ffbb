"""Offline numbers from MLflow, over its REST interface."""
