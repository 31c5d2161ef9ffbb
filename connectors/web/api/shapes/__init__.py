"""What each object of the API looks like, for its OpenAPI document: the objects that commands print with `--json`."""
