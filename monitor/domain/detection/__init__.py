"""The bets that page and recover, and what they can detect when."""
