"""Files of labels: CSV, JSON lines, and what Label Studio exports."""
