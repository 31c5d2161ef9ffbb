"""Events in: polled, decoded, joined and saved with the positions they came from."""
