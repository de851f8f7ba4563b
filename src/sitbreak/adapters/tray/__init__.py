"""Ways to show an icon and its menu."""
