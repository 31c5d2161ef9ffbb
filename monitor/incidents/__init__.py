"""What broke becomes an incident and its notices; what the person on call does with it."""
