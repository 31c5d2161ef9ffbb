"""What is asked afterwards: an incident's analysis, the weekly report, a backtest."""
