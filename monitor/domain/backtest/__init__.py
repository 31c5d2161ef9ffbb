"""Rules tried on the past: where they would have paged, and what that costs where nothing broke."""
