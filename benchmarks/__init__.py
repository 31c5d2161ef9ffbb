"""Where each figure in the README comes from: `python -m benchmarks.<name>`, or `make bench`."""
