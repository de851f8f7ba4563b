"""Sources of idleness."""
