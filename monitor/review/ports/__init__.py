"""What the reviews need of the world, by what they ask."""
