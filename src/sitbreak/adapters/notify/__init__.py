"""Ways to show a prompt."""
