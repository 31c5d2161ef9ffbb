"""A subject's predictions are erased, with a receipt."""
