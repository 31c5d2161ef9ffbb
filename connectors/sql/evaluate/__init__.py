"""What an evaluation reads and writes."""
