"""What status, reports, analyses and backtests read."""
