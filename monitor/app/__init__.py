"""The running agent: what is wired to what, its loops, schedule, vitals, metrics and reports."""
