"""What may hold a prompt."""
