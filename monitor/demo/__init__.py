"""The story of `anchorwatch demo`: tickets, writers, a model, a broker and the agent."""
