"""What the labels station needs of the world, by what it asks."""
