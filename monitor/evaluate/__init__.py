"""Outcomes in, verdicts out: counting, bets, the budget, and what each cell's judgement rests on."""
