"""The ways to reach a person, a file each."""
