"""What the records of a topic are written in: a decoder for each format, an `EventDecoder` of the ingest's ports."""
