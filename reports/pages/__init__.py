"""A page in words: for chat, terminal and mail."""
