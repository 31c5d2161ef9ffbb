"""What incidents are read from and written to, in one transaction, and where silences are kept; by who asks."""
