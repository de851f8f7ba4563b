"""Files, environment and flags in; a frozen Policy and a catalogue out."""
