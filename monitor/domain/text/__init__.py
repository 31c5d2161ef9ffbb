"""What is kept of a text: descriptors, and what they tell of its origin."""
