"""Values in, the sentences that stand for them out: what Anchorwatch says, each sentence once."""
