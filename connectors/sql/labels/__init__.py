"""Tables of what was drawn for labelling, and what readings of labels are asked for."""
