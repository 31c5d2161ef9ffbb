"""The parts of the traffic that are judged, and which of them explain a fall."""
