"""What a batch of events reads and writes."""
