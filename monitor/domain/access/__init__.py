"""Who may enter the watch room, and what they may do there."""
