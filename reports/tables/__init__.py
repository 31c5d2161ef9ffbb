"""What the commands print: tables and objects."""
