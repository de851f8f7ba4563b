"""The pure core: events in, effects out, time handed in."""
