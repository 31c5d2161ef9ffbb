"""What other systems send of their own accord, each signed: `/hooks/…` of the watch room."""
