"""What an incident's analysis is made of."""
